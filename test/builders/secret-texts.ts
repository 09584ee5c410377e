/** Texts that look like secrets, in parts so that no scanner takes this file for a leak. */
export const secretTexts: readonly string[] = [
  ['sk_live_', 'CANARY1234'],
  ['whsec_', 'CANARYabc+/='],
  ['tskey-auth-', 'CANARY-x'],
  ['hskey-auth-', 'CANARY_x-x'],
  ['ghp_', 'CANARYCANARY'],
  ['github_pat_', 'CANARY_x'],
  ['re_', 'CANARYCANARYCANARY'],
  ['Bearer ', 'CANARY.CANARY'],
  ['https://x-access-token:', 'CANARY@example.com/a'],
  ['https://example.com/v1/agents/agt-7m2k9q4xw3td?token=', 'agt-7m2k9q4xw3td.1.0.CANARY'],
  ['the token agt-7m2k9q4xw3td.1790000000.0.', 'CANARY_-x'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----\n', 'CANARY\nCANARY\n-----END OPENSSH PRIVATE KEY-----'],
  ['cut short: -----BEGIN PRIVATE KEY-----\n', 'CANARY\nCAN'],
].map((parts) => parts.join(''));
