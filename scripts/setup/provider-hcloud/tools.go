//go:build tools

// Package tools pins the provider, so that go.sum proves what is built.
package tools

import _ "github.com/hetznercloud/terraform-provider-hcloud"
