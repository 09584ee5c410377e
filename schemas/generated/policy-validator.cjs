// Generated from the JSON Schema of its name by `npm run generate`. Do not edit.
"use strict";
module.exports = validate20;
module.exports.default = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://aura.dev/schemas/policy.schema.json","title":"PolicyDocument","description":"Limits and settings of the reconciler. All fields but the fleet and the Stripe account have defaults.","type":"object","additionalProperties":false,"required":["apiVersion","kind","fleet","stripe"],"properties":{"apiVersion":{"const":"aura.dev/v1"},"kind":{"const":"Policy"},"fleet":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,19}$","description":"Installation id, in every label, device tag, state prefix and key description. It must never change."},"stripe":{"type":"object","additionalProperties":false,"required":["account","livemode"],"properties":{"account":{"type":"string","pattern":"^acct_[A-Za-z0-9]{1,60}$"},"livemode":{"type":"boolean"},"readsPerSecond":{"type":"integer","minimum":1,"maximum":1000,"description":"Maximum number of requests to Stripe a second; by default 100 in live mode and 25 in test mode."}}},"quotas":{"type":"object","additionalProperties":false,"description":"What the accounts allow in total, for which the providers have no API: from Hetzner's console under Limits, and from the plans of the tailnet and of GitHub. `aura doctor` shows what is left of it, and an alarm forecasts when it is used up; nothing else reads it.","properties":{"servers":{"type":"integer","minimum":1,"maximum":1000000},"primaryIps":{"type":"integer","minimum":1,"maximum":1000000,"description":"Of both types: Hetzner's limit is twice that of servers."},"devices":{"type":"integer","minimum":1,"maximum":1000000},"actionsMinutes":{"type":"integer","minimum":1,"maximum":100000000,"description":"Minutes of GitHub Actions that the plan of the account includes a month. The runs of the agents repository are counted; what else the account runs is not."}}},"heartbeats":{"type":"object","additionalProperties":false,"required":["url"],"description":"Hosts report on their agents once a minute. Without it they do not.","properties":{"url":{"type":"string","maxLength":200,"pattern":"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*$","description":"The address at which hosts reach `aura serve`, without a slash at its end."},"keyEpoch":{"type":"integer","minimum":1,"maximum":1000000,"default":1,"description":"Raise it when AURA_HEARTBEAT_SECRET has a new first value: every host then gets a new key."}}},"intake":{"type":"object","additionalProperties":false,"default":{},"properties":{"pushesPerMinute":{"type":"integer","minimum":1,"maximum":6000,"default":60,"description":"Counted over ten minutes. Close to it changes wait up to two seconds to share a commit; beyond it an alert is raised, and nothing is refused."}}},"entitlement":{"type":"object","additionalProperties":false,"default":{},"properties":{"pastDueGraceDays":{"type":"integer","minimum":0,"maximum":60,"default":7,"description":"How many days a subscription that is `past_due` keeps its access, counted from the time since which a payment is due."},"unpaidGraceDays":{"type":"integer","minimum":0,"maximum":60,"default":0,"description":"The same for `unpaid`, counted from the same time."},"pausedCollection":{"enum":["granted","suspended"],"default":"suspended","description":"Access of a subscription whose collection is paused with behavior `void`; the other behaviors still bill the customer and grant access."},"disputed":{"enum":["granted","suspended"],"default":"granted","description":"Access of all subscriptions of a customer with an open dispute, or with a fraud warning on one of the last payments. What else follows is `abuse`."},"trialing":{"enum":["granted","suspended"],"default":"granted","description":"Access during a trial. `suspended`: an agent is made with the first payment."}}},"abuse":{"type":"object","additionalProperties":false,"default":{},"properties":{"onDispute":{"enum":["alarm","isolate"],"default":"alarm","description":"What follows once a payment of a customer is disputed: an alarm alone, or also a commit that isolates the agents of that customer. Only a person releases them."},"onFraudWarning":{"enum":["alarm","isolate"],"default":"alarm","description":"The same for an early fraud warning about one of the last payments."},"isolationsPerDayMax":{"type":"integer","minimum":0,"maximum":10000,"default":5,"description":"Maximum number of agents that are isolated automatically within 24 hours. The others keep running, and the alarm names them."}}},"limits":{"type":"object","additionalProperties":false,"default":{},"properties":{"createsPerRunMax":{"type":"integer","minimum":1,"maximum":1000,"default":20},"createsPerHourMax":{"type":"integer","minimum":1,"maximum":10000,"default":60},"createsPerCustomerPerHourMax":{"type":"integer","minimum":1,"maximum":1000,"default":3},"agentsPerCustomerMax":{"type":"integer","minimum":1,"maximum":100000,"default":20,"description":"How many servers the agents of one customer may have together; creates beyond it wait."},"fleetCostMonthlyMax":{"type":"number","exclusiveMinimum":0,"default":1000},"currency":{"type":"string","pattern":"^[A-Z]{3}$","default":"EUR","description":"Currency of fleetCostMonthlyMax and of the catalog's ceilings. If Hetzner's price list has another currency, nothing is created."},"destroysPerHourCount":{"type":"integer","minimum":0,"maximum":10000,"default":5,"description":"Maximum number of servers of retired agents that are ended within an hour, or destroysPerHourPercent of the fleet if that is more; the rest waits, the oldest first. Replacements have the same limits, counted separately. Approved changes are not counted."},"destroysPerHourPercent":{"type":"number","minimum":0,"maximum":100,"default":0.5},"destroysPerDayCount":{"type":"integer","minimum":0,"maximum":10000,"default":40},"destroysPerDayPercent":{"type":"number","minimum":0,"maximum":100,"default":5},"burstCount":{"type":"integer","minimum":0,"maximum":10000,"default":20,"description":"If the ends of more agents than this, and than burstPercent of the fleet, were requested within an hour, none of them is ended until a person approves or fewer are requested. In a small fleet missingCountMax and missingPercentMax apply, if they allow fewer."},"burstPercent":{"type":"number","minimum":0,"maximum":100,"default":4},"rollbacksPerHourMax":{"type":"integer","minimum":1,"maximum":10000,"default":20,"description":"Maximum number of rollbacks of servers that never ran within an hour; further ones wait. They are not counted as destructions."},"disruptionsPerRunMax":{"type":"integer","minimum":1,"maximum":10000,"default":20},"missingCountMax":{"type":"integer","minimum":0,"maximum":1000,"default":3,"description":"This many requested ends never make a burst, and this many missing servers (or files) never make a reading implausible."},"missingPercentMax":{"type":"number","minimum":0,"maximum":100,"default":20,"description":"A reading is implausible if more than this share of the recorded live servers (or files), and more than missingCountMax, are missing."}}},"retries":{"type":"object","additionalProperties":false,"default":{},"properties":{"delays":{"type":"array","maxItems":10,"items":{"$ref":"#/$defs/duration"},"default":["5m","30m","2h"]},"breakerFailures":{"type":"integer","minimum":1,"maximum":100,"default":1},"breakerTrialAfter":{"$ref":"#/$defs/duration","default":"5m"}}},"refund":{"type":"object","additionalProperties":false,"default":{},"properties":{"scope":{"enum":["none","lastInvoice"],"default":"lastInvoice"},"then":{"enum":["keep","pause","cancel"],"default":"pause","description":"What becomes of the subscription of an agent that was given up: it stays as it is, its collection is paused until a retry succeeds, or it is canceled."},"perDayMax":{"type":"integer","minimum":0,"maximum":1000,"default":5,"description":"Maximum number of refunds in a day (UTC) over all runs, and of subscriptions of given up agents that are canceled. The others wait for the next day."}}},"margin":{"type":"object","additionalProperties":false,"default":{},"properties":{"percentMin":{"type":"number","minimum":-1000,"maximum":100,"default":0,"description":"An alarm is raised where what Stripe charges for a plan in a region exceeds what its servers cost by less than this share of the charge."}}},"retire":{"type":"object","additionalProperties":false,"default":{},"properties":{"graceHours":{"type":"number","minimum":0,"maximum":23,"default":1,"description":"Customers are promised an end within 24 hours."},"suspendedDays":{"type":"integer","minimum":1,"maximum":365,"default":14}}},"hold":{"type":"object","additionalProperties":false,"default":{},"properties":{"daysMax":{"type":"integer","minimum":1,"maximum":7,"default":7}}},"orphans":{"type":"object","additionalProperties":false,"default":{},"properties":{"graceMinutes":{"type":"integer","minimum":0,"maximum":10080,"default":60}}},"deepCheck":{"type":"object","additionalProperties":false,"default":{},"description":"Terraform's own reading of a few agents in each run that does the deep check, by day in turns, compared with the listing.","properties":{"agentsPerRun":{"type":"integer","minimum":0,"maximum":500,"default":5}}},"observe":{"type":"object","additionalProperties":false,"default":{},"description":"How often `aura serve` lists the fleet; the rate budget depends on it.","properties":{"everyMinutes":{"type":"integer","minimum":1,"maximum":1440,"default":15}}},"approvals":{"type":"object","additionalProperties":false,"default":{},"properties":{"validHours":{"type":"integer","minimum":1,"maximum":72,"default":24}}},"apply":{"type":"object","additionalProperties":false,"default":{},"properties":{"concurrency":{"type":"integer","minimum":1,"maximum":100,"default":8,"description":"How many changes are carried out at once, over all runs together; a run always carries out at least one."},"shardsMax":{"type":"integer","minimum":1,"maximum":256,"default":8,"description":"At most this many jobs share the changes of a run: one for each `concurrency` changes."},"leaseMinutes":{"type":"integer","minimum":5,"maximum":720,"default":90},"bootTimeout":{"$ref":"#/$defs/duration","default":"10m"},"configureTimeout":{"$ref":"#/$defs/duration","default":"20m"},"joinTimeout":{"$ref":"#/$defs/duration","default":"5m"},"pollIntervalMs":{"type":"integer","minimum":100,"maximum":60000,"default":8000}}},"ssh":{"type":"object","additionalProperties":false,"default":{},"properties":{"bootstrapFrom":{"type":"array","maxItems":50,"description":"CIDR blocks that may reach port 22 while a VM is bootstrapped","items":{"type":"string","pattern":"^[0-9a-fA-F:.]+/[0-9]{1,3}$"},"default":["0.0.0.0/0","::/0"]},"ca":{"type":"array","maxItems":10,"default":[],"description":"Public halves of the SSH user CAs in force. Hosts accept certificates of all of them, and a process with another CA is refused. Without any, hosts accept those of AURA_SSH_CA_KEY.","items":{"type":"object","additionalProperties":false,"required":["publicKey","since"],"properties":{"publicKey":{"type":"string","pattern":"^ssh-ed25519 [A-Za-z0-9+/]{68}( [ -~]*)?$","maxLength":400},"since":{"type":"string","format":"date-time"}}}},"breakGlassPublicKey":{"type":"string","pattern":"^ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( .*)?$","maxLength":2000}}},"egress":{"type":"object","additionalProperties":false,"default":{},"description":"What hosts may send. One that sends spam or scans can get the whole Hetzner project locked.","properties":{"smtp":{"enum":["closed","open"],"default":"closed","description":"whether agents reach ports 25, 465 and 587"},"newConnectionsPerSecond":{"type":"integer","minimum":1,"maximum":10000,"default":50,"description":"Outbound connections that an agent and its containers may open a second; root's own are not limited."}}},"hosts":{"type":"object","additionalProperties":false,"default":{},"properties":{"rebootAt":{"type":"string","pattern":"^([01][0-9]|2[0-3]):[0-5][0-9]$","default":"04:00","description":"Time of day (UTC) at which a host may reboot itself after a security upgrade that requires it."}}},"mail":{"type":"object","additionalProperties":false,"default":{},"description":"Mails to customers, by Resend.","properties":{"kinds":{"type":"array","uniqueItems":true,"maxItems":20,"default":[],"items":{"enum":["running","failed","recovered","suspended","retiring","refunded"]},"description":"Which mails are sent. A kind that is added concerns what happens afterwards: agents that run already get no mail that they do."},"perHourMax":{"type":"integer","minimum":1,"maximum":10000,"default":60,"description":"Maximum number of mails within an hour, over all runs; the rest waits, the oldest first, and is dropped where it is no longer true."}}},"status":{"type":"object","additionalProperties":false,"default":{},"description":"What customers see of their agents.","properties":{"showCost":{"type":"boolean","default":true,"description":"Whether they see what Hetzner charges for the server a month."}}},"tailnet":{"type":"object","additionalProperties":false,"default":{},"properties":{"keySeconds":{"type":"integer","minimum":60,"maximum":3600,"default":600},"relays":{"type":"array","minItems":1,"maxItems":50,"description":"CIDR blocks of the coordination server and of relays: all that an isolated server may reach, at port 443","items":{"type":"string","pattern":"^[0-9a-f:.]+/[0-9]{1,3}$"},"default":["192.200.0.0/24","2606:b740:49::/48"]}}},"pause":{"type":"object","additionalProperties":false,"required":["reason","since"],"properties":{"reason":{"type":"string","minLength":1,"maxLength":500},"since":{"type":"string","format":"date-time"}}}},"$defs":{"duration":{"type":"string","pattern":"^[1-9][0-9]{0,4}(s|m|h|d)$"}}};
const schema32 = {"type":"string","pattern":"^[1-9][0-9]{0,4}(s|m|h|d)$"};
const func1 = Object.prototype.hasOwnProperty;
const func2 = require("ajv/dist/runtime/ucs2length").default;
const func0 = require("ajv/dist/runtime/equal").default;
const pattern4 = new RegExp("^[a-z][a-z0-9-]{0,19}$", "u");
const pattern5 = new RegExp("^acct_[A-Za-z0-9]{1,60}$", "u");
const pattern6 = new RegExp("^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*$", "u");
const pattern7 = new RegExp("^[A-Z]{3}$", "u");
const pattern8 = new RegExp("^[1-9][0-9]{0,4}(s|m|h|d)$", "u");
const pattern13 = new RegExp("^[0-9a-fA-F:.]+/[0-9]{1,3}$", "u");
const pattern14 = new RegExp("^ssh-ed25519 [A-Za-z0-9+/]{68}( [ -~]*)?$", "u");
const pattern15 = new RegExp("^ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( .*)?$", "u");
const pattern16 = new RegExp("^([01][0-9]|2[0-3]):[0-5][0-9]$", "u");
const pattern17 = new RegExp("^[0-9a-f:.]+/[0-9]{1,3}$", "u");
const formats0 = /^(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)|\d{4}-(?:0[13578]|1[02])-31|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://aura.dev/schemas/policy.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.intake === undefined){
data.intake = {};
}
if(data.entitlement === undefined){
data.entitlement = {};
}
if(data.abuse === undefined){
data.abuse = {};
}
if(data.limits === undefined){
data.limits = {};
}
if(data.retries === undefined){
data.retries = {};
}
if(data.refund === undefined){
data.refund = {};
}
if(data.margin === undefined){
data.margin = {};
}
if(data.retire === undefined){
data.retire = {};
}
if(data.hold === undefined){
data.hold = {};
}
if(data.orphans === undefined){
data.orphans = {};
}
if(data.deepCheck === undefined){
data.deepCheck = {};
}
if(data.observe === undefined){
data.observe = {};
}
if(data.approvals === undefined){
data.approvals = {};
}
if(data.apply === undefined){
data.apply = {};
}
if(data.ssh === undefined){
data.ssh = {};
}
if(data.egress === undefined){
data.egress = {};
}
if(data.hosts === undefined){
data.hosts = {};
}
if(data.mail === undefined){
data.mail = {};
}
if(data.status === undefined){
data.status = {};
}
if(data.tailnet === undefined){
data.tailnet = {};
}
if(data.apiVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "apiVersion"},message:"must have required property '"+"apiVersion"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.fleet === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fleet"},message:"must have required property '"+"fleet"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.stripe === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "stripe"},message:"must have required property '"+"stripe"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema31.properties, key0))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.apiVersion !== undefined){
if("aura.dev/v1" !== data.apiVersion){
const err5 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/const",keyword:"const",params:{allowedValue: "aura.dev/v1"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.kind !== undefined){
if("Policy" !== data.kind){
const err6 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "Policy"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.fleet !== undefined){
let data2 = data.fleet;
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
const err7 = {instancePath:instancePath+"/fleet",schemaPath:"#/properties/fleet/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,19}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,19}$"+"\""};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/fleet",schemaPath:"#/properties/fleet/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.stripe !== undefined){
let data3 = data.stripe;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.account === undefined){
const err9 = {instancePath:instancePath+"/stripe",schemaPath:"#/properties/stripe/required",keyword:"required",params:{missingProperty: "account"},message:"must have required property '"+"account"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data3.livemode === undefined){
const err10 = {instancePath:instancePath+"/stripe",schemaPath:"#/properties/stripe/required",keyword:"required",params:{missingProperty: "livemode"},message:"must have required property '"+"livemode"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key1 in data3){
if(!(((key1 === "account") || (key1 === "livemode")) || (key1 === "readsPerSecond"))){
const err11 = {instancePath:instancePath+"/stripe",schemaPath:"#/properties/stripe/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data3.account !== undefined){
let data4 = data3.account;
if(typeof data4 === "string"){
if(!pattern5.test(data4)){
const err12 = {instancePath:instancePath+"/stripe/account",schemaPath:"#/properties/stripe/properties/account/pattern",keyword:"pattern",params:{pattern: "^acct_[A-Za-z0-9]{1,60}$"},message:"must match pattern \""+"^acct_[A-Za-z0-9]{1,60}$"+"\""};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/stripe/account",schemaPath:"#/properties/stripe/properties/account/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data3.livemode !== undefined){
if(typeof data3.livemode !== "boolean"){
const err14 = {instancePath:instancePath+"/stripe/livemode",schemaPath:"#/properties/stripe/properties/livemode/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data3.readsPerSecond !== undefined){
let data6 = data3.readsPerSecond;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err15 = {instancePath:instancePath+"/stripe/readsPerSecond",schemaPath:"#/properties/stripe/properties/readsPerSecond/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 1000 || isNaN(data6)){
const err16 = {instancePath:instancePath+"/stripe/readsPerSecond",schemaPath:"#/properties/stripe/properties/readsPerSecond/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data6 < 1 || isNaN(data6)){
const err17 = {instancePath:instancePath+"/stripe/readsPerSecond",schemaPath:"#/properties/stripe/properties/readsPerSecond/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
}
else {
const err18 = {instancePath:instancePath+"/stripe",schemaPath:"#/properties/stripe/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.quotas !== undefined){
let data7 = data.quotas;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key2 in data7){
if(!((((key2 === "servers") || (key2 === "primaryIps")) || (key2 === "devices")) || (key2 === "actionsMinutes"))){
const err19 = {instancePath:instancePath+"/quotas",schemaPath:"#/properties/quotas/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data7.servers !== undefined){
let data8 = data7.servers;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err20 = {instancePath:instancePath+"/quotas/servers",schemaPath:"#/properties/quotas/properties/servers/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1000000 || isNaN(data8)){
const err21 = {instancePath:instancePath+"/quotas/servers",schemaPath:"#/properties/quotas/properties/servers/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data8 < 1 || isNaN(data8)){
const err22 = {instancePath:instancePath+"/quotas/servers",schemaPath:"#/properties/quotas/properties/servers/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
if(data7.primaryIps !== undefined){
let data9 = data7.primaryIps;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err23 = {instancePath:instancePath+"/quotas/primaryIps",schemaPath:"#/properties/quotas/properties/primaryIps/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 1000000 || isNaN(data9)){
const err24 = {instancePath:instancePath+"/quotas/primaryIps",schemaPath:"#/properties/quotas/properties/primaryIps/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data9 < 1 || isNaN(data9)){
const err25 = {instancePath:instancePath+"/quotas/primaryIps",schemaPath:"#/properties/quotas/properties/primaryIps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
if(data7.devices !== undefined){
let data10 = data7.devices;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
const err26 = {instancePath:instancePath+"/quotas/devices",schemaPath:"#/properties/quotas/properties/devices/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 > 1000000 || isNaN(data10)){
const err27 = {instancePath:instancePath+"/quotas/devices",schemaPath:"#/properties/quotas/properties/devices/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data10 < 1 || isNaN(data10)){
const err28 = {instancePath:instancePath+"/quotas/devices",schemaPath:"#/properties/quotas/properties/devices/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
if(data7.actionsMinutes !== undefined){
let data11 = data7.actionsMinutes;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err29 = {instancePath:instancePath+"/quotas/actionsMinutes",schemaPath:"#/properties/quotas/properties/actionsMinutes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 100000000 || isNaN(data11)){
const err30 = {instancePath:instancePath+"/quotas/actionsMinutes",schemaPath:"#/properties/quotas/properties/actionsMinutes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000000},message:"must be <= 100000000"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data11 < 1 || isNaN(data11)){
const err31 = {instancePath:instancePath+"/quotas/actionsMinutes",schemaPath:"#/properties/quotas/properties/actionsMinutes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
}
else {
const err32 = {instancePath:instancePath+"/quotas",schemaPath:"#/properties/quotas/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.heartbeats !== undefined){
let data12 = data.heartbeats;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(data12.keyEpoch === undefined){
data12.keyEpoch = 1;
}
if(data12.url === undefined){
const err33 = {instancePath:instancePath+"/heartbeats",schemaPath:"#/properties/heartbeats/required",keyword:"required",params:{missingProperty: "url"},message:"must have required property '"+"url"+"'"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
for(const key3 in data12){
if(!((key3 === "url") || (key3 === "keyEpoch"))){
const err34 = {instancePath:instancePath+"/heartbeats",schemaPath:"#/properties/heartbeats/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data12.url !== undefined){
let data13 = data12.url;
if(typeof data13 === "string"){
if(func2(data13) > 200){
const err35 = {instancePath:instancePath+"/heartbeats/url",schemaPath:"#/properties/heartbeats/properties/url/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(!pattern6.test(data13)){
const err36 = {instancePath:instancePath+"/heartbeats/url",schemaPath:"#/properties/heartbeats/properties/url/pattern",keyword:"pattern",params:{pattern: "^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*$"},message:"must match pattern \""+"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*$"+"\""};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/heartbeats/url",schemaPath:"#/properties/heartbeats/properties/url/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
let data14 = data12.keyEpoch;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
const err38 = {instancePath:instancePath+"/heartbeats/keyEpoch",schemaPath:"#/properties/heartbeats/properties/keyEpoch/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 1000000 || isNaN(data14)){
const err39 = {instancePath:instancePath+"/heartbeats/keyEpoch",schemaPath:"#/properties/heartbeats/properties/keyEpoch/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(data14 < 1 || isNaN(data14)){
const err40 = {instancePath:instancePath+"/heartbeats/keyEpoch",schemaPath:"#/properties/heartbeats/properties/keyEpoch/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath:instancePath+"/heartbeats",schemaPath:"#/properties/heartbeats/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
let data15 = data.intake;
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(data15.pushesPerMinute === undefined){
data15.pushesPerMinute = 60;
}
for(const key4 in data15){
if(!(key4 === "pushesPerMinute")){
const err42 = {instancePath:instancePath+"/intake",schemaPath:"#/properties/intake/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
let data16 = data15.pushesPerMinute;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err43 = {instancePath:instancePath+"/intake/pushesPerMinute",schemaPath:"#/properties/intake/properties/pushesPerMinute/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 6000 || isNaN(data16)){
const err44 = {instancePath:instancePath+"/intake/pushesPerMinute",schemaPath:"#/properties/intake/properties/pushesPerMinute/maximum",keyword:"maximum",params:{comparison: "<=", limit: 6000},message:"must be <= 6000"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(data16 < 1 || isNaN(data16)){
const err45 = {instancePath:instancePath+"/intake/pushesPerMinute",schemaPath:"#/properties/intake/properties/pushesPerMinute/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
else {
const err46 = {instancePath:instancePath+"/intake",schemaPath:"#/properties/intake/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
let data17 = data.entitlement;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
if(data17.pastDueGraceDays === undefined){
data17.pastDueGraceDays = 7;
}
if(data17.unpaidGraceDays === undefined){
data17.unpaidGraceDays = 0;
}
if(data17.pausedCollection === undefined){
data17.pausedCollection = "suspended";
}
if(data17.disputed === undefined){
data17.disputed = "granted";
}
if(data17.trialing === undefined){
data17.trialing = "granted";
}
for(const key5 in data17){
if(!(((((key5 === "pastDueGraceDays") || (key5 === "unpaidGraceDays")) || (key5 === "pausedCollection")) || (key5 === "disputed")) || (key5 === "trialing"))){
const err47 = {instancePath:instancePath+"/entitlement",schemaPath:"#/properties/entitlement/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
let data18 = data17.pastDueGraceDays;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
const err48 = {instancePath:instancePath+"/entitlement/pastDueGraceDays",schemaPath:"#/properties/entitlement/properties/pastDueGraceDays/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 60 || isNaN(data18)){
const err49 = {instancePath:instancePath+"/entitlement/pastDueGraceDays",schemaPath:"#/properties/entitlement/properties/pastDueGraceDays/maximum",keyword:"maximum",params:{comparison: "<=", limit: 60},message:"must be <= 60"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(data18 < 0 || isNaN(data18)){
const err50 = {instancePath:instancePath+"/entitlement/pastDueGraceDays",schemaPath:"#/properties/entitlement/properties/pastDueGraceDays/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
let data19 = data17.unpaidGraceDays;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
const err51 = {instancePath:instancePath+"/entitlement/unpaidGraceDays",schemaPath:"#/properties/entitlement/properties/unpaidGraceDays/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 60 || isNaN(data19)){
const err52 = {instancePath:instancePath+"/entitlement/unpaidGraceDays",schemaPath:"#/properties/entitlement/properties/unpaidGraceDays/maximum",keyword:"maximum",params:{comparison: "<=", limit: 60},message:"must be <= 60"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if(data19 < 0 || isNaN(data19)){
const err53 = {instancePath:instancePath+"/entitlement/unpaidGraceDays",schemaPath:"#/properties/entitlement/properties/unpaidGraceDays/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
let data20 = data17.pausedCollection;
if(!((data20 === "granted") || (data20 === "suspended"))){
const err54 = {instancePath:instancePath+"/entitlement/pausedCollection",schemaPath:"#/properties/entitlement/properties/pausedCollection/enum",keyword:"enum",params:{allowedValues: schema31.properties.entitlement.properties.pausedCollection.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
let data21 = data17.disputed;
if(!((data21 === "granted") || (data21 === "suspended"))){
const err55 = {instancePath:instancePath+"/entitlement/disputed",schemaPath:"#/properties/entitlement/properties/disputed/enum",keyword:"enum",params:{allowedValues: schema31.properties.entitlement.properties.disputed.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
let data22 = data17.trialing;
if(!((data22 === "granted") || (data22 === "suspended"))){
const err56 = {instancePath:instancePath+"/entitlement/trialing",schemaPath:"#/properties/entitlement/properties/trialing/enum",keyword:"enum",params:{allowedValues: schema31.properties.entitlement.properties.trialing.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
else {
const err57 = {instancePath:instancePath+"/entitlement",schemaPath:"#/properties/entitlement/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
let data23 = data.abuse;
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if(data23.onDispute === undefined){
data23.onDispute = "alarm";
}
if(data23.onFraudWarning === undefined){
data23.onFraudWarning = "alarm";
}
if(data23.isolationsPerDayMax === undefined){
data23.isolationsPerDayMax = 5;
}
for(const key6 in data23){
if(!(((key6 === "onDispute") || (key6 === "onFraudWarning")) || (key6 === "isolationsPerDayMax"))){
const err58 = {instancePath:instancePath+"/abuse",schemaPath:"#/properties/abuse/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
let data24 = data23.onDispute;
if(!((data24 === "alarm") || (data24 === "isolate"))){
const err59 = {instancePath:instancePath+"/abuse/onDispute",schemaPath:"#/properties/abuse/properties/onDispute/enum",keyword:"enum",params:{allowedValues: schema31.properties.abuse.properties.onDispute.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
let data25 = data23.onFraudWarning;
if(!((data25 === "alarm") || (data25 === "isolate"))){
const err60 = {instancePath:instancePath+"/abuse/onFraudWarning",schemaPath:"#/properties/abuse/properties/onFraudWarning/enum",keyword:"enum",params:{allowedValues: schema31.properties.abuse.properties.onFraudWarning.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
let data26 = data23.isolationsPerDayMax;
if(!(((typeof data26 == "number") && (!(data26 % 1) && !isNaN(data26))) && (isFinite(data26)))){
const err61 = {instancePath:instancePath+"/abuse/isolationsPerDayMax",schemaPath:"#/properties/abuse/properties/isolationsPerDayMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 > 10000 || isNaN(data26)){
const err62 = {instancePath:instancePath+"/abuse/isolationsPerDayMax",schemaPath:"#/properties/abuse/properties/isolationsPerDayMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
if(data26 < 0 || isNaN(data26)){
const err63 = {instancePath:instancePath+"/abuse/isolationsPerDayMax",schemaPath:"#/properties/abuse/properties/isolationsPerDayMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
}
else {
const err64 = {instancePath:instancePath+"/abuse",schemaPath:"#/properties/abuse/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
let data27 = data.limits;
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
if(data27.createsPerRunMax === undefined){
data27.createsPerRunMax = 20;
}
if(data27.createsPerHourMax === undefined){
data27.createsPerHourMax = 60;
}
if(data27.createsPerCustomerPerHourMax === undefined){
data27.createsPerCustomerPerHourMax = 3;
}
if(data27.agentsPerCustomerMax === undefined){
data27.agentsPerCustomerMax = 20;
}
if(data27.fleetCostMonthlyMax === undefined){
data27.fleetCostMonthlyMax = 1000;
}
if(data27.currency === undefined){
data27.currency = "EUR";
}
if(data27.destroysPerHourCount === undefined){
data27.destroysPerHourCount = 5;
}
if(data27.destroysPerHourPercent === undefined){
data27.destroysPerHourPercent = 0.5;
}
if(data27.destroysPerDayCount === undefined){
data27.destroysPerDayCount = 40;
}
if(data27.destroysPerDayPercent === undefined){
data27.destroysPerDayPercent = 5;
}
if(data27.burstCount === undefined){
data27.burstCount = 20;
}
if(data27.burstPercent === undefined){
data27.burstPercent = 4;
}
if(data27.rollbacksPerHourMax === undefined){
data27.rollbacksPerHourMax = 20;
}
if(data27.disruptionsPerRunMax === undefined){
data27.disruptionsPerRunMax = 20;
}
if(data27.missingCountMax === undefined){
data27.missingCountMax = 3;
}
if(data27.missingPercentMax === undefined){
data27.missingPercentMax = 20;
}
for(const key7 in data27){
if(!(func1.call(schema31.properties.limits.properties, key7))){
const err65 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
let data28 = data27.createsPerRunMax;
if(!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))){
const err66 = {instancePath:instancePath+"/limits/createsPerRunMax",schemaPath:"#/properties/limits/properties/createsPerRunMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 > 1000 || isNaN(data28)){
const err67 = {instancePath:instancePath+"/limits/createsPerRunMax",schemaPath:"#/properties/limits/properties/createsPerRunMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if(data28 < 1 || isNaN(data28)){
const err68 = {instancePath:instancePath+"/limits/createsPerRunMax",schemaPath:"#/properties/limits/properties/createsPerRunMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
let data29 = data27.createsPerHourMax;
if(!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))){
const err69 = {instancePath:instancePath+"/limits/createsPerHourMax",schemaPath:"#/properties/limits/properties/createsPerHourMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 > 10000 || isNaN(data29)){
const err70 = {instancePath:instancePath+"/limits/createsPerHourMax",schemaPath:"#/properties/limits/properties/createsPerHourMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
if(data29 < 1 || isNaN(data29)){
const err71 = {instancePath:instancePath+"/limits/createsPerHourMax",schemaPath:"#/properties/limits/properties/createsPerHourMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
let data30 = data27.createsPerCustomerPerHourMax;
if(!(((typeof data30 == "number") && (!(data30 % 1) && !isNaN(data30))) && (isFinite(data30)))){
const err72 = {instancePath:instancePath+"/limits/createsPerCustomerPerHourMax",schemaPath:"#/properties/limits/properties/createsPerCustomerPerHourMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 > 1000 || isNaN(data30)){
const err73 = {instancePath:instancePath+"/limits/createsPerCustomerPerHourMax",schemaPath:"#/properties/limits/properties/createsPerCustomerPerHourMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if(data30 < 1 || isNaN(data30)){
const err74 = {instancePath:instancePath+"/limits/createsPerCustomerPerHourMax",schemaPath:"#/properties/limits/properties/createsPerCustomerPerHourMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
let data31 = data27.agentsPerCustomerMax;
if(!(((typeof data31 == "number") && (!(data31 % 1) && !isNaN(data31))) && (isFinite(data31)))){
const err75 = {instancePath:instancePath+"/limits/agentsPerCustomerMax",schemaPath:"#/properties/limits/properties/agentsPerCustomerMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 > 100000 || isNaN(data31)){
const err76 = {instancePath:instancePath+"/limits/agentsPerCustomerMax",schemaPath:"#/properties/limits/properties/agentsPerCustomerMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},message:"must be <= 100000"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
if(data31 < 1 || isNaN(data31)){
const err77 = {instancePath:instancePath+"/limits/agentsPerCustomerMax",schemaPath:"#/properties/limits/properties/agentsPerCustomerMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
let data32 = data27.fleetCostMonthlyMax;
if((typeof data32 == "number") && (isFinite(data32))){
if(data32 <= 0 || isNaN(data32)){
const err78 = {instancePath:instancePath+"/limits/fleetCostMonthlyMax",schemaPath:"#/properties/limits/properties/fleetCostMonthlyMax/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
else {
const err79 = {instancePath:instancePath+"/limits/fleetCostMonthlyMax",schemaPath:"#/properties/limits/properties/fleetCostMonthlyMax/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
let data33 = data27.currency;
if(typeof data33 === "string"){
if(!pattern7.test(data33)){
const err80 = {instancePath:instancePath+"/limits/currency",schemaPath:"#/properties/limits/properties/currency/pattern",keyword:"pattern",params:{pattern: "^[A-Z]{3}$"},message:"must match pattern \""+"^[A-Z]{3}$"+"\""};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
else {
const err81 = {instancePath:instancePath+"/limits/currency",schemaPath:"#/properties/limits/properties/currency/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
let data34 = data27.destroysPerHourCount;
if(!(((typeof data34 == "number") && (!(data34 % 1) && !isNaN(data34))) && (isFinite(data34)))){
const err82 = {instancePath:instancePath+"/limits/destroysPerHourCount",schemaPath:"#/properties/limits/properties/destroysPerHourCount/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 > 10000 || isNaN(data34)){
const err83 = {instancePath:instancePath+"/limits/destroysPerHourCount",schemaPath:"#/properties/limits/properties/destroysPerHourCount/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000"};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
if(data34 < 0 || isNaN(data34)){
const err84 = {instancePath:instancePath+"/limits/destroysPerHourCount",schemaPath:"#/properties/limits/properties/destroysPerHourCount/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
let data35 = data27.destroysPerHourPercent;
if((typeof data35 == "number") && (isFinite(data35))){
if(data35 > 100 || isNaN(data35)){
const err85 = {instancePath:instancePath+"/limits/destroysPerHourPercent",schemaPath:"#/properties/limits/properties/destroysPerHourPercent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100"};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
if(data35 < 0 || isNaN(data35)){
const err86 = {instancePath:instancePath+"/limits/destroysPerHourPercent",schemaPath:"#/properties/limits/properties/destroysPerHourPercent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
else {
const err87 = {instancePath:instancePath+"/limits/destroysPerHourPercent",schemaPath:"#/properties/limits/properties/destroysPerHourPercent/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
let data36 = data27.destroysPerDayCount;
if(!(((typeof data36 == "number") && (!(data36 % 1) && !isNaN(data36))) && (isFinite(data36)))){
const err88 = {instancePath:instancePath+"/limits/destroysPerDayCount",schemaPath:"#/properties/limits/properties/destroysPerDayCount/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
if((typeof data36 == "number") && (isFinite(data36))){
if(data36 > 10000 || isNaN(data36)){
const err89 = {instancePath:instancePath+"/limits/destroysPerDayCount",schemaPath:"#/properties/limits/properties/destroysPerDayCount/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000"};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
if(data36 < 0 || isNaN(data36)){
const err90 = {instancePath:instancePath+"/limits/destroysPerDayCount",schemaPath:"#/properties/limits/properties/destroysPerDayCount/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
let data37 = data27.destroysPerDayPercent;
if((typeof data37 == "number") && (isFinite(data37))){
if(data37 > 100 || isNaN(data37)){
const err91 = {instancePath:instancePath+"/limits/destroysPerDayPercent",schemaPath:"#/properties/limits/properties/destroysPerDayPercent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100"};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
if(data37 < 0 || isNaN(data37)){
const err92 = {instancePath:instancePath+"/limits/destroysPerDayPercent",schemaPath:"#/properties/limits/properties/destroysPerDayPercent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
else {
const err93 = {instancePath:instancePath+"/limits/destroysPerDayPercent",schemaPath:"#/properties/limits/properties/destroysPerDayPercent/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
let data38 = data27.burstCount;
if(!(((typeof data38 == "number") && (!(data38 % 1) && !isNaN(data38))) && (isFinite(data38)))){
const err94 = {instancePath:instancePath+"/limits/burstCount",schemaPath:"#/properties/limits/properties/burstCount/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
if((typeof data38 == "number") && (isFinite(data38))){
if(data38 > 10000 || isNaN(data38)){
const err95 = {instancePath:instancePath+"/limits/burstCount",schemaPath:"#/properties/limits/properties/burstCount/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000"};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
if(data38 < 0 || isNaN(data38)){
const err96 = {instancePath:instancePath+"/limits/burstCount",schemaPath:"#/properties/limits/properties/burstCount/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
let data39 = data27.burstPercent;
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 > 100 || isNaN(data39)){
const err97 = {instancePath:instancePath+"/limits/burstPercent",schemaPath:"#/properties/limits/properties/burstPercent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100"};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if(data39 < 0 || isNaN(data39)){
const err98 = {instancePath:instancePath+"/limits/burstPercent",schemaPath:"#/properties/limits/properties/burstPercent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
else {
const err99 = {instancePath:instancePath+"/limits/burstPercent",schemaPath:"#/properties/limits/properties/burstPercent/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
let data40 = data27.rollbacksPerHourMax;
if(!(((typeof data40 == "number") && (!(data40 % 1) && !isNaN(data40))) && (isFinite(data40)))){
const err100 = {instancePath:instancePath+"/limits/rollbacksPerHourMax",schemaPath:"#/properties/limits/properties/rollbacksPerHourMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
if((typeof data40 == "number") && (isFinite(data40))){
if(data40 > 10000 || isNaN(data40)){
const err101 = {instancePath:instancePath+"/limits/rollbacksPerHourMax",schemaPath:"#/properties/limits/properties/rollbacksPerHourMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000"};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
if(data40 < 1 || isNaN(data40)){
const err102 = {instancePath:instancePath+"/limits/rollbacksPerHourMax",schemaPath:"#/properties/limits/properties/rollbacksPerHourMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
let data41 = data27.disruptionsPerRunMax;
if(!(((typeof data41 == "number") && (!(data41 % 1) && !isNaN(data41))) && (isFinite(data41)))){
const err103 = {instancePath:instancePath+"/limits/disruptionsPerRunMax",schemaPath:"#/properties/limits/properties/disruptionsPerRunMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
if((typeof data41 == "number") && (isFinite(data41))){
if(data41 > 10000 || isNaN(data41)){
const err104 = {instancePath:instancePath+"/limits/disruptionsPerRunMax",schemaPath:"#/properties/limits/properties/disruptionsPerRunMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000"};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
if(data41 < 1 || isNaN(data41)){
const err105 = {instancePath:instancePath+"/limits/disruptionsPerRunMax",schemaPath:"#/properties/limits/properties/disruptionsPerRunMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
let data42 = data27.missingCountMax;
if(!(((typeof data42 == "number") && (!(data42 % 1) && !isNaN(data42))) && (isFinite(data42)))){
const err106 = {instancePath:instancePath+"/limits/missingCountMax",schemaPath:"#/properties/limits/properties/missingCountMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
if((typeof data42 == "number") && (isFinite(data42))){
if(data42 > 1000 || isNaN(data42)){
const err107 = {instancePath:instancePath+"/limits/missingCountMax",schemaPath:"#/properties/limits/properties/missingCountMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
if(data42 < 0 || isNaN(data42)){
const err108 = {instancePath:instancePath+"/limits/missingCountMax",schemaPath:"#/properties/limits/properties/missingCountMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
let data43 = data27.missingPercentMax;
if((typeof data43 == "number") && (isFinite(data43))){
if(data43 > 100 || isNaN(data43)){
const err109 = {instancePath:instancePath+"/limits/missingPercentMax",schemaPath:"#/properties/limits/properties/missingPercentMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100"};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
if(data43 < 0 || isNaN(data43)){
const err110 = {instancePath:instancePath+"/limits/missingPercentMax",schemaPath:"#/properties/limits/properties/missingPercentMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
else {
const err111 = {instancePath:instancePath+"/limits/missingPercentMax",schemaPath:"#/properties/limits/properties/missingPercentMax/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
else {
const err112 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
let data44 = data.retries;
if(data44 && typeof data44 == "object" && !Array.isArray(data44)){
if(data44.delays === undefined){
data44.delays = ["5m","30m","2h"];
}
if(data44.breakerFailures === undefined){
data44.breakerFailures = 1;
}
if(data44.breakerTrialAfter === undefined){
data44.breakerTrialAfter = "5m";
}
for(const key8 in data44){
if(!(((key8 === "delays") || (key8 === "breakerFailures")) || (key8 === "breakerTrialAfter"))){
const err113 = {instancePath:instancePath+"/retries",schemaPath:"#/properties/retries/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
let data45 = data44.delays;
if(Array.isArray(data45)){
if(data45.length > 10){
const err114 = {instancePath:instancePath+"/retries/delays",schemaPath:"#/properties/retries/properties/delays/maxItems",keyword:"maxItems",params:{limit: 10},message:"must NOT have more than 10 items"};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
const len0 = data45.length;
for(let i0=0; i0<len0; i0++){
let data46 = data45[i0];
if(typeof data46 === "string"){
if(!pattern8.test(data46)){
const err115 = {instancePath:instancePath+"/retries/delays/" + i0,schemaPath:"#/$defs/duration/pattern",keyword:"pattern",params:{pattern: "^[1-9][0-9]{0,4}(s|m|h|d)$"},message:"must match pattern \""+"^[1-9][0-9]{0,4}(s|m|h|d)$"+"\""};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
else {
const err116 = {instancePath:instancePath+"/retries/delays/" + i0,schemaPath:"#/$defs/duration/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
}
}
else {
const err117 = {instancePath:instancePath+"/retries/delays",schemaPath:"#/properties/retries/properties/delays/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
let data47 = data44.breakerFailures;
if(!(((typeof data47 == "number") && (!(data47 % 1) && !isNaN(data47))) && (isFinite(data47)))){
const err118 = {instancePath:instancePath+"/retries/breakerFailures",schemaPath:"#/properties/retries/properties/breakerFailures/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
if((typeof data47 == "number") && (isFinite(data47))){
if(data47 > 100 || isNaN(data47)){
const err119 = {instancePath:instancePath+"/retries/breakerFailures",schemaPath:"#/properties/retries/properties/breakerFailures/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100"};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
if(data47 < 1 || isNaN(data47)){
const err120 = {instancePath:instancePath+"/retries/breakerFailures",schemaPath:"#/properties/retries/properties/breakerFailures/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
let data48 = data44.breakerTrialAfter;
if(typeof data48 === "string"){
if(!pattern8.test(data48)){
const err121 = {instancePath:instancePath+"/retries/breakerTrialAfter",schemaPath:"#/$defs/duration/pattern",keyword:"pattern",params:{pattern: "^[1-9][0-9]{0,4}(s|m|h|d)$"},message:"must match pattern \""+"^[1-9][0-9]{0,4}(s|m|h|d)$"+"\""};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
else {
const err122 = {instancePath:instancePath+"/retries/breakerTrialAfter",schemaPath:"#/$defs/duration/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
else {
const err123 = {instancePath:instancePath+"/retries",schemaPath:"#/properties/retries/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
let data49 = data.refund;
if(data49 && typeof data49 == "object" && !Array.isArray(data49)){
if(data49.scope === undefined){
data49.scope = "lastInvoice";
}
if(data49.then === undefined){
data49.then = "pause";
}
if(data49.perDayMax === undefined){
data49.perDayMax = 5;
}
for(const key9 in data49){
if(!(((key9 === "scope") || (key9 === "then")) || (key9 === "perDayMax"))){
const err124 = {instancePath:instancePath+"/refund",schemaPath:"#/properties/refund/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
let data50 = data49.scope;
if(!((data50 === "none") || (data50 === "lastInvoice"))){
const err125 = {instancePath:instancePath+"/refund/scope",schemaPath:"#/properties/refund/properties/scope/enum",keyword:"enum",params:{allowedValues: schema31.properties.refund.properties.scope.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
let data51 = data49.then;
if(!(((data51 === "keep") || (data51 === "pause")) || (data51 === "cancel"))){
const err126 = {instancePath:instancePath+"/refund/then",schemaPath:"#/properties/refund/properties/then/enum",keyword:"enum",params:{allowedValues: schema31.properties.refund.properties.then.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
let data52 = data49.perDayMax;
if(!(((typeof data52 == "number") && (!(data52 % 1) && !isNaN(data52))) && (isFinite(data52)))){
const err127 = {instancePath:instancePath+"/refund/perDayMax",schemaPath:"#/properties/refund/properties/perDayMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
if((typeof data52 == "number") && (isFinite(data52))){
if(data52 > 1000 || isNaN(data52)){
const err128 = {instancePath:instancePath+"/refund/perDayMax",schemaPath:"#/properties/refund/properties/perDayMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
if(data52 < 0 || isNaN(data52)){
const err129 = {instancePath:instancePath+"/refund/perDayMax",schemaPath:"#/properties/refund/properties/perDayMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
}
else {
const err130 = {instancePath:instancePath+"/refund",schemaPath:"#/properties/refund/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
let data53 = data.margin;
if(data53 && typeof data53 == "object" && !Array.isArray(data53)){
if(data53.percentMin === undefined){
data53.percentMin = 0;
}
for(const key10 in data53){
if(!(key10 === "percentMin")){
const err131 = {instancePath:instancePath+"/margin",schemaPath:"#/properties/margin/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
let data54 = data53.percentMin;
if((typeof data54 == "number") && (isFinite(data54))){
if(data54 > 100 || isNaN(data54)){
const err132 = {instancePath:instancePath+"/margin/percentMin",schemaPath:"#/properties/margin/properties/percentMin/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100"};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
if(data54 < -1000 || isNaN(data54)){
const err133 = {instancePath:instancePath+"/margin/percentMin",schemaPath:"#/properties/margin/properties/percentMin/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1000},message:"must be >= -1000"};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
else {
const err134 = {instancePath:instancePath+"/margin/percentMin",schemaPath:"#/properties/margin/properties/percentMin/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
else {
const err135 = {instancePath:instancePath+"/margin",schemaPath:"#/properties/margin/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
let data55 = data.retire;
if(data55 && typeof data55 == "object" && !Array.isArray(data55)){
if(data55.graceHours === undefined){
data55.graceHours = 1;
}
if(data55.suspendedDays === undefined){
data55.suspendedDays = 14;
}
for(const key11 in data55){
if(!((key11 === "graceHours") || (key11 === "suspendedDays"))){
const err136 = {instancePath:instancePath+"/retire",schemaPath:"#/properties/retire/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
let data56 = data55.graceHours;
if((typeof data56 == "number") && (isFinite(data56))){
if(data56 > 23 || isNaN(data56)){
const err137 = {instancePath:instancePath+"/retire/graceHours",schemaPath:"#/properties/retire/properties/graceHours/maximum",keyword:"maximum",params:{comparison: "<=", limit: 23},message:"must be <= 23"};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
if(data56 < 0 || isNaN(data56)){
const err138 = {instancePath:instancePath+"/retire/graceHours",schemaPath:"#/properties/retire/properties/graceHours/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
}
else {
const err139 = {instancePath:instancePath+"/retire/graceHours",schemaPath:"#/properties/retire/properties/graceHours/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
let data57 = data55.suspendedDays;
if(!(((typeof data57 == "number") && (!(data57 % 1) && !isNaN(data57))) && (isFinite(data57)))){
const err140 = {instancePath:instancePath+"/retire/suspendedDays",schemaPath:"#/properties/retire/properties/suspendedDays/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
if((typeof data57 == "number") && (isFinite(data57))){
if(data57 > 365 || isNaN(data57)){
const err141 = {instancePath:instancePath+"/retire/suspendedDays",schemaPath:"#/properties/retire/properties/suspendedDays/maximum",keyword:"maximum",params:{comparison: "<=", limit: 365},message:"must be <= 365"};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
if(data57 < 1 || isNaN(data57)){
const err142 = {instancePath:instancePath+"/retire/suspendedDays",schemaPath:"#/properties/retire/properties/suspendedDays/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
}
else {
const err143 = {instancePath:instancePath+"/retire",schemaPath:"#/properties/retire/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
let data58 = data.hold;
if(data58 && typeof data58 == "object" && !Array.isArray(data58)){
if(data58.daysMax === undefined){
data58.daysMax = 7;
}
for(const key12 in data58){
if(!(key12 === "daysMax")){
const err144 = {instancePath:instancePath+"/hold",schemaPath:"#/properties/hold/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
let data59 = data58.daysMax;
if(!(((typeof data59 == "number") && (!(data59 % 1) && !isNaN(data59))) && (isFinite(data59)))){
const err145 = {instancePath:instancePath+"/hold/daysMax",schemaPath:"#/properties/hold/properties/daysMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
if((typeof data59 == "number") && (isFinite(data59))){
if(data59 > 7 || isNaN(data59)){
const err146 = {instancePath:instancePath+"/hold/daysMax",schemaPath:"#/properties/hold/properties/daysMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 7},message:"must be <= 7"};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
if(data59 < 1 || isNaN(data59)){
const err147 = {instancePath:instancePath+"/hold/daysMax",schemaPath:"#/properties/hold/properties/daysMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
}
else {
const err148 = {instancePath:instancePath+"/hold",schemaPath:"#/properties/hold/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
let data60 = data.orphans;
if(data60 && typeof data60 == "object" && !Array.isArray(data60)){
if(data60.graceMinutes === undefined){
data60.graceMinutes = 60;
}
for(const key13 in data60){
if(!(key13 === "graceMinutes")){
const err149 = {instancePath:instancePath+"/orphans",schemaPath:"#/properties/orphans/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
let data61 = data60.graceMinutes;
if(!(((typeof data61 == "number") && (!(data61 % 1) && !isNaN(data61))) && (isFinite(data61)))){
const err150 = {instancePath:instancePath+"/orphans/graceMinutes",schemaPath:"#/properties/orphans/properties/graceMinutes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
if((typeof data61 == "number") && (isFinite(data61))){
if(data61 > 10080 || isNaN(data61)){
const err151 = {instancePath:instancePath+"/orphans/graceMinutes",schemaPath:"#/properties/orphans/properties/graceMinutes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10080},message:"must be <= 10080"};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
if(data61 < 0 || isNaN(data61)){
const err152 = {instancePath:instancePath+"/orphans/graceMinutes",schemaPath:"#/properties/orphans/properties/graceMinutes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
}
}
else {
const err153 = {instancePath:instancePath+"/orphans",schemaPath:"#/properties/orphans/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
let data62 = data.deepCheck;
if(data62 && typeof data62 == "object" && !Array.isArray(data62)){
if(data62.agentsPerRun === undefined){
data62.agentsPerRun = 5;
}
for(const key14 in data62){
if(!(key14 === "agentsPerRun")){
const err154 = {instancePath:instancePath+"/deepCheck",schemaPath:"#/properties/deepCheck/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
let data63 = data62.agentsPerRun;
if(!(((typeof data63 == "number") && (!(data63 % 1) && !isNaN(data63))) && (isFinite(data63)))){
const err155 = {instancePath:instancePath+"/deepCheck/agentsPerRun",schemaPath:"#/properties/deepCheck/properties/agentsPerRun/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
if((typeof data63 == "number") && (isFinite(data63))){
if(data63 > 500 || isNaN(data63)){
const err156 = {instancePath:instancePath+"/deepCheck/agentsPerRun",schemaPath:"#/properties/deepCheck/properties/agentsPerRun/maximum",keyword:"maximum",params:{comparison: "<=", limit: 500},message:"must be <= 500"};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
if(data63 < 0 || isNaN(data63)){
const err157 = {instancePath:instancePath+"/deepCheck/agentsPerRun",schemaPath:"#/properties/deepCheck/properties/agentsPerRun/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
}
}
else {
const err158 = {instancePath:instancePath+"/deepCheck",schemaPath:"#/properties/deepCheck/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
let data64 = data.observe;
if(data64 && typeof data64 == "object" && !Array.isArray(data64)){
if(data64.everyMinutes === undefined){
data64.everyMinutes = 15;
}
for(const key15 in data64){
if(!(key15 === "everyMinutes")){
const err159 = {instancePath:instancePath+"/observe",schemaPath:"#/properties/observe/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key15},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
}
let data65 = data64.everyMinutes;
if(!(((typeof data65 == "number") && (!(data65 % 1) && !isNaN(data65))) && (isFinite(data65)))){
const err160 = {instancePath:instancePath+"/observe/everyMinutes",schemaPath:"#/properties/observe/properties/everyMinutes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
if((typeof data65 == "number") && (isFinite(data65))){
if(data65 > 1440 || isNaN(data65)){
const err161 = {instancePath:instancePath+"/observe/everyMinutes",schemaPath:"#/properties/observe/properties/everyMinutes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1440},message:"must be <= 1440"};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
if(data65 < 1 || isNaN(data65)){
const err162 = {instancePath:instancePath+"/observe/everyMinutes",schemaPath:"#/properties/observe/properties/everyMinutes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
}
}
else {
const err163 = {instancePath:instancePath+"/observe",schemaPath:"#/properties/observe/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
let data66 = data.approvals;
if(data66 && typeof data66 == "object" && !Array.isArray(data66)){
if(data66.validHours === undefined){
data66.validHours = 24;
}
for(const key16 in data66){
if(!(key16 === "validHours")){
const err164 = {instancePath:instancePath+"/approvals",schemaPath:"#/properties/approvals/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key16},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
}
let data67 = data66.validHours;
if(!(((typeof data67 == "number") && (!(data67 % 1) && !isNaN(data67))) && (isFinite(data67)))){
const err165 = {instancePath:instancePath+"/approvals/validHours",schemaPath:"#/properties/approvals/properties/validHours/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
if((typeof data67 == "number") && (isFinite(data67))){
if(data67 > 72 || isNaN(data67)){
const err166 = {instancePath:instancePath+"/approvals/validHours",schemaPath:"#/properties/approvals/properties/validHours/maximum",keyword:"maximum",params:{comparison: "<=", limit: 72},message:"must be <= 72"};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
if(data67 < 1 || isNaN(data67)){
const err167 = {instancePath:instancePath+"/approvals/validHours",schemaPath:"#/properties/approvals/properties/validHours/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
}
}
else {
const err168 = {instancePath:instancePath+"/approvals",schemaPath:"#/properties/approvals/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
let data68 = data.apply;
if(data68 && typeof data68 == "object" && !Array.isArray(data68)){
if(data68.concurrency === undefined){
data68.concurrency = 8;
}
if(data68.shardsMax === undefined){
data68.shardsMax = 8;
}
if(data68.leaseMinutes === undefined){
data68.leaseMinutes = 90;
}
if(data68.bootTimeout === undefined){
data68.bootTimeout = "10m";
}
if(data68.configureTimeout === undefined){
data68.configureTimeout = "20m";
}
if(data68.joinTimeout === undefined){
data68.joinTimeout = "5m";
}
if(data68.pollIntervalMs === undefined){
data68.pollIntervalMs = 8000;
}
for(const key17 in data68){
if(!(((((((key17 === "concurrency") || (key17 === "shardsMax")) || (key17 === "leaseMinutes")) || (key17 === "bootTimeout")) || (key17 === "configureTimeout")) || (key17 === "joinTimeout")) || (key17 === "pollIntervalMs"))){
const err169 = {instancePath:instancePath+"/apply",schemaPath:"#/properties/apply/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key17},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
let data69 = data68.concurrency;
if(!(((typeof data69 == "number") && (!(data69 % 1) && !isNaN(data69))) && (isFinite(data69)))){
const err170 = {instancePath:instancePath+"/apply/concurrency",schemaPath:"#/properties/apply/properties/concurrency/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
if((typeof data69 == "number") && (isFinite(data69))){
if(data69 > 100 || isNaN(data69)){
const err171 = {instancePath:instancePath+"/apply/concurrency",schemaPath:"#/properties/apply/properties/concurrency/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100"};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
if(data69 < 1 || isNaN(data69)){
const err172 = {instancePath:instancePath+"/apply/concurrency",schemaPath:"#/properties/apply/properties/concurrency/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
}
let data70 = data68.shardsMax;
if(!(((typeof data70 == "number") && (!(data70 % 1) && !isNaN(data70))) && (isFinite(data70)))){
const err173 = {instancePath:instancePath+"/apply/shardsMax",schemaPath:"#/properties/apply/properties/shardsMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
if((typeof data70 == "number") && (isFinite(data70))){
if(data70 > 256 || isNaN(data70)){
const err174 = {instancePath:instancePath+"/apply/shardsMax",schemaPath:"#/properties/apply/properties/shardsMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 256},message:"must be <= 256"};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
if(data70 < 1 || isNaN(data70)){
const err175 = {instancePath:instancePath+"/apply/shardsMax",schemaPath:"#/properties/apply/properties/shardsMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
}
let data71 = data68.leaseMinutes;
if(!(((typeof data71 == "number") && (!(data71 % 1) && !isNaN(data71))) && (isFinite(data71)))){
const err176 = {instancePath:instancePath+"/apply/leaseMinutes",schemaPath:"#/properties/apply/properties/leaseMinutes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
if((typeof data71 == "number") && (isFinite(data71))){
if(data71 > 720 || isNaN(data71)){
const err177 = {instancePath:instancePath+"/apply/leaseMinutes",schemaPath:"#/properties/apply/properties/leaseMinutes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 720},message:"must be <= 720"};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
if(data71 < 5 || isNaN(data71)){
const err178 = {instancePath:instancePath+"/apply/leaseMinutes",schemaPath:"#/properties/apply/properties/leaseMinutes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 5},message:"must be >= 5"};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
}
let data72 = data68.bootTimeout;
if(typeof data72 === "string"){
if(!pattern8.test(data72)){
const err179 = {instancePath:instancePath+"/apply/bootTimeout",schemaPath:"#/$defs/duration/pattern",keyword:"pattern",params:{pattern: "^[1-9][0-9]{0,4}(s|m|h|d)$"},message:"must match pattern \""+"^[1-9][0-9]{0,4}(s|m|h|d)$"+"\""};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
}
else {
const err180 = {instancePath:instancePath+"/apply/bootTimeout",schemaPath:"#/$defs/duration/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
let data73 = data68.configureTimeout;
if(typeof data73 === "string"){
if(!pattern8.test(data73)){
const err181 = {instancePath:instancePath+"/apply/configureTimeout",schemaPath:"#/$defs/duration/pattern",keyword:"pattern",params:{pattern: "^[1-9][0-9]{0,4}(s|m|h|d)$"},message:"must match pattern \""+"^[1-9][0-9]{0,4}(s|m|h|d)$"+"\""};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
}
else {
const err182 = {instancePath:instancePath+"/apply/configureTimeout",schemaPath:"#/$defs/duration/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
let data74 = data68.joinTimeout;
if(typeof data74 === "string"){
if(!pattern8.test(data74)){
const err183 = {instancePath:instancePath+"/apply/joinTimeout",schemaPath:"#/$defs/duration/pattern",keyword:"pattern",params:{pattern: "^[1-9][0-9]{0,4}(s|m|h|d)$"},message:"must match pattern \""+"^[1-9][0-9]{0,4}(s|m|h|d)$"+"\""};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
}
else {
const err184 = {instancePath:instancePath+"/apply/joinTimeout",schemaPath:"#/$defs/duration/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
let data75 = data68.pollIntervalMs;
if(!(((typeof data75 == "number") && (!(data75 % 1) && !isNaN(data75))) && (isFinite(data75)))){
const err185 = {instancePath:instancePath+"/apply/pollIntervalMs",schemaPath:"#/properties/apply/properties/pollIntervalMs/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
if((typeof data75 == "number") && (isFinite(data75))){
if(data75 > 60000 || isNaN(data75)){
const err186 = {instancePath:instancePath+"/apply/pollIntervalMs",schemaPath:"#/properties/apply/properties/pollIntervalMs/maximum",keyword:"maximum",params:{comparison: "<=", limit: 60000},message:"must be <= 60000"};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
if(data75 < 100 || isNaN(data75)){
const err187 = {instancePath:instancePath+"/apply/pollIntervalMs",schemaPath:"#/properties/apply/properties/pollIntervalMs/minimum",keyword:"minimum",params:{comparison: ">=", limit: 100},message:"must be >= 100"};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
}
}
else {
const err188 = {instancePath:instancePath+"/apply",schemaPath:"#/properties/apply/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
let data76 = data.ssh;
if(data76 && typeof data76 == "object" && !Array.isArray(data76)){
if(data76.bootstrapFrom === undefined){
data76.bootstrapFrom = ["0.0.0.0/0","::/0"];
}
if(data76.ca === undefined){
data76.ca = [];
}
for(const key18 in data76){
if(!(((key18 === "bootstrapFrom") || (key18 === "ca")) || (key18 === "breakGlassPublicKey"))){
const err189 = {instancePath:instancePath+"/ssh",schemaPath:"#/properties/ssh/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key18},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
}
let data77 = data76.bootstrapFrom;
if(Array.isArray(data77)){
if(data77.length > 50){
const err190 = {instancePath:instancePath+"/ssh/bootstrapFrom",schemaPath:"#/properties/ssh/properties/bootstrapFrom/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items"};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
const len1 = data77.length;
for(let i1=0; i1<len1; i1++){
let data78 = data77[i1];
if(typeof data78 === "string"){
if(!pattern13.test(data78)){
const err191 = {instancePath:instancePath+"/ssh/bootstrapFrom/" + i1,schemaPath:"#/properties/ssh/properties/bootstrapFrom/items/pattern",keyword:"pattern",params:{pattern: "^[0-9a-fA-F:.]+/[0-9]{1,3}$"},message:"must match pattern \""+"^[0-9a-fA-F:.]+/[0-9]{1,3}$"+"\""};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
}
else {
const err192 = {instancePath:instancePath+"/ssh/bootstrapFrom/" + i1,schemaPath:"#/properties/ssh/properties/bootstrapFrom/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
}
}
else {
const err193 = {instancePath:instancePath+"/ssh/bootstrapFrom",schemaPath:"#/properties/ssh/properties/bootstrapFrom/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
let data79 = data76.ca;
if(Array.isArray(data79)){
if(data79.length > 10){
const err194 = {instancePath:instancePath+"/ssh/ca",schemaPath:"#/properties/ssh/properties/ca/maxItems",keyword:"maxItems",params:{limit: 10},message:"must NOT have more than 10 items"};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
const len2 = data79.length;
for(let i2=0; i2<len2; i2++){
let data80 = data79[i2];
if(data80 && typeof data80 == "object" && !Array.isArray(data80)){
if(data80.publicKey === undefined){
const err195 = {instancePath:instancePath+"/ssh/ca/" + i2,schemaPath:"#/properties/ssh/properties/ca/items/required",keyword:"required",params:{missingProperty: "publicKey"},message:"must have required property '"+"publicKey"+"'"};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
if(data80.since === undefined){
const err196 = {instancePath:instancePath+"/ssh/ca/" + i2,schemaPath:"#/properties/ssh/properties/ca/items/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
for(const key19 in data80){
if(!((key19 === "publicKey") || (key19 === "since"))){
const err197 = {instancePath:instancePath+"/ssh/ca/" + i2,schemaPath:"#/properties/ssh/properties/ca/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key19},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
}
if(data80.publicKey !== undefined){
let data81 = data80.publicKey;
if(typeof data81 === "string"){
if(func2(data81) > 400){
const err198 = {instancePath:instancePath+"/ssh/ca/" + i2+"/publicKey",schemaPath:"#/properties/ssh/properties/ca/items/properties/publicKey/maxLength",keyword:"maxLength",params:{limit: 400},message:"must NOT have more than 400 characters"};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
if(!pattern14.test(data81)){
const err199 = {instancePath:instancePath+"/ssh/ca/" + i2+"/publicKey",schemaPath:"#/properties/ssh/properties/ca/items/properties/publicKey/pattern",keyword:"pattern",params:{pattern: "^ssh-ed25519 [A-Za-z0-9+/]{68}( [ -~]*)?$"},message:"must match pattern \""+"^ssh-ed25519 [A-Za-z0-9+/]{68}( [ -~]*)?$"+"\""};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
}
else {
const err200 = {instancePath:instancePath+"/ssh/ca/" + i2+"/publicKey",schemaPath:"#/properties/ssh/properties/ca/items/properties/publicKey/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
}
if(data80.since !== undefined){
let data82 = data80.since;
if(typeof data82 === "string"){
if(!(formats0.test(data82))){
const err201 = {instancePath:instancePath+"/ssh/ca/" + i2+"/since",schemaPath:"#/properties/ssh/properties/ca/items/properties/since/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
}
else {
const err202 = {instancePath:instancePath+"/ssh/ca/" + i2+"/since",schemaPath:"#/properties/ssh/properties/ca/items/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
}
}
else {
const err203 = {instancePath:instancePath+"/ssh/ca/" + i2,schemaPath:"#/properties/ssh/properties/ca/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err203];
}
else {
vErrors.push(err203);
}
errors++;
}
}
}
else {
const err204 = {instancePath:instancePath+"/ssh/ca",schemaPath:"#/properties/ssh/properties/ca/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
if(data76.breakGlassPublicKey !== undefined){
let data83 = data76.breakGlassPublicKey;
if(typeof data83 === "string"){
if(func2(data83) > 2000){
const err205 = {instancePath:instancePath+"/ssh/breakGlassPublicKey",schemaPath:"#/properties/ssh/properties/breakGlassPublicKey/maxLength",keyword:"maxLength",params:{limit: 2000},message:"must NOT have more than 2000 characters"};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
if(!pattern15.test(data83)){
const err206 = {instancePath:instancePath+"/ssh/breakGlassPublicKey",schemaPath:"#/properties/ssh/properties/breakGlassPublicKey/pattern",keyword:"pattern",params:{pattern: "^ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( .*)?$"},message:"must match pattern \""+"^ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( .*)?$"+"\""};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
}
else {
const err207 = {instancePath:instancePath+"/ssh/breakGlassPublicKey",schemaPath:"#/properties/ssh/properties/breakGlassPublicKey/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
}
}
else {
const err208 = {instancePath:instancePath+"/ssh",schemaPath:"#/properties/ssh/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
let data84 = data.egress;
if(data84 && typeof data84 == "object" && !Array.isArray(data84)){
if(data84.smtp === undefined){
data84.smtp = "closed";
}
if(data84.newConnectionsPerSecond === undefined){
data84.newConnectionsPerSecond = 50;
}
for(const key20 in data84){
if(!((key20 === "smtp") || (key20 === "newConnectionsPerSecond"))){
const err209 = {instancePath:instancePath+"/egress",schemaPath:"#/properties/egress/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key20},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
}
let data85 = data84.smtp;
if(!((data85 === "closed") || (data85 === "open"))){
const err210 = {instancePath:instancePath+"/egress/smtp",schemaPath:"#/properties/egress/properties/smtp/enum",keyword:"enum",params:{allowedValues: schema31.properties.egress.properties.smtp.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
let data86 = data84.newConnectionsPerSecond;
if(!(((typeof data86 == "number") && (!(data86 % 1) && !isNaN(data86))) && (isFinite(data86)))){
const err211 = {instancePath:instancePath+"/egress/newConnectionsPerSecond",schemaPath:"#/properties/egress/properties/newConnectionsPerSecond/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err211];
}
else {
vErrors.push(err211);
}
errors++;
}
if((typeof data86 == "number") && (isFinite(data86))){
if(data86 > 10000 || isNaN(data86)){
const err212 = {instancePath:instancePath+"/egress/newConnectionsPerSecond",schemaPath:"#/properties/egress/properties/newConnectionsPerSecond/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000"};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
if(data86 < 1 || isNaN(data86)){
const err213 = {instancePath:instancePath+"/egress/newConnectionsPerSecond",schemaPath:"#/properties/egress/properties/newConnectionsPerSecond/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
}
}
else {
const err214 = {instancePath:instancePath+"/egress",schemaPath:"#/properties/egress/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
let data87 = data.hosts;
if(data87 && typeof data87 == "object" && !Array.isArray(data87)){
if(data87.rebootAt === undefined){
data87.rebootAt = "04:00";
}
for(const key21 in data87){
if(!(key21 === "rebootAt")){
const err215 = {instancePath:instancePath+"/hosts",schemaPath:"#/properties/hosts/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key21},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
}
let data88 = data87.rebootAt;
if(typeof data88 === "string"){
if(!pattern16.test(data88)){
const err216 = {instancePath:instancePath+"/hosts/rebootAt",schemaPath:"#/properties/hosts/properties/rebootAt/pattern",keyword:"pattern",params:{pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$"},message:"must match pattern \""+"^([01][0-9]|2[0-3]):[0-5][0-9]$"+"\""};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
}
else {
const err217 = {instancePath:instancePath+"/hosts/rebootAt",schemaPath:"#/properties/hosts/properties/rebootAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
}
else {
const err218 = {instancePath:instancePath+"/hosts",schemaPath:"#/properties/hosts/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
let data89 = data.mail;
if(data89 && typeof data89 == "object" && !Array.isArray(data89)){
if(data89.kinds === undefined){
data89.kinds = [];
}
if(data89.perHourMax === undefined){
data89.perHourMax = 60;
}
for(const key22 in data89){
if(!((key22 === "kinds") || (key22 === "perHourMax"))){
const err219 = {instancePath:instancePath+"/mail",schemaPath:"#/properties/mail/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key22},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
}
let data90 = data89.kinds;
if(Array.isArray(data90)){
if(data90.length > 20){
const err220 = {instancePath:instancePath+"/mail/kinds",schemaPath:"#/properties/mail/properties/kinds/maxItems",keyword:"maxItems",params:{limit: 20},message:"must NOT have more than 20 items"};
if(vErrors === null){
vErrors = [err220];
}
else {
vErrors.push(err220);
}
errors++;
}
const len3 = data90.length;
for(let i3=0; i3<len3; i3++){
let data91 = data90[i3];
if(!((((((data91 === "running") || (data91 === "failed")) || (data91 === "recovered")) || (data91 === "suspended")) || (data91 === "retiring")) || (data91 === "refunded"))){
const err221 = {instancePath:instancePath+"/mail/kinds/" + i3,schemaPath:"#/properties/mail/properties/kinds/items/enum",keyword:"enum",params:{allowedValues: schema31.properties.mail.properties.kinds.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
}
let i4 = data90.length;
let j0;
if(i4 > 1){
outer0:
for(;i4--;){
for(j0 = i4; j0--;){
if(func0(data90[i4], data90[j0])){
const err222 = {instancePath:instancePath+"/mail/kinds",schemaPath:"#/properties/mail/properties/kinds/uniqueItems",keyword:"uniqueItems",params:{i: i4, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i4+" are identical)"};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
break outer0;
}
}
}
}
}
else {
const err223 = {instancePath:instancePath+"/mail/kinds",schemaPath:"#/properties/mail/properties/kinds/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
let data92 = data89.perHourMax;
if(!(((typeof data92 == "number") && (!(data92 % 1) && !isNaN(data92))) && (isFinite(data92)))){
const err224 = {instancePath:instancePath+"/mail/perHourMax",schemaPath:"#/properties/mail/properties/perHourMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err224];
}
else {
vErrors.push(err224);
}
errors++;
}
if((typeof data92 == "number") && (isFinite(data92))){
if(data92 > 10000 || isNaN(data92)){
const err225 = {instancePath:instancePath+"/mail/perHourMax",schemaPath:"#/properties/mail/properties/perHourMax/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000"};
if(vErrors === null){
vErrors = [err225];
}
else {
vErrors.push(err225);
}
errors++;
}
if(data92 < 1 || isNaN(data92)){
const err226 = {instancePath:instancePath+"/mail/perHourMax",schemaPath:"#/properties/mail/properties/perHourMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err226];
}
else {
vErrors.push(err226);
}
errors++;
}
}
}
else {
const err227 = {instancePath:instancePath+"/mail",schemaPath:"#/properties/mail/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err227];
}
else {
vErrors.push(err227);
}
errors++;
}
let data93 = data.status;
if(data93 && typeof data93 == "object" && !Array.isArray(data93)){
if(data93.showCost === undefined){
data93.showCost = true;
}
for(const key23 in data93){
if(!(key23 === "showCost")){
const err228 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key23},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err228];
}
else {
vErrors.push(err228);
}
errors++;
}
}
if(typeof data93.showCost !== "boolean"){
const err229 = {instancePath:instancePath+"/status/showCost",schemaPath:"#/properties/status/properties/showCost/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err229];
}
else {
vErrors.push(err229);
}
errors++;
}
}
else {
const err230 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err230];
}
else {
vErrors.push(err230);
}
errors++;
}
let data95 = data.tailnet;
if(data95 && typeof data95 == "object" && !Array.isArray(data95)){
if(data95.keySeconds === undefined){
data95.keySeconds = 600;
}
if(data95.relays === undefined){
data95.relays = ["192.200.0.0/24","2606:b740:49::/48"];
}
for(const key24 in data95){
if(!((key24 === "keySeconds") || (key24 === "relays"))){
const err231 = {instancePath:instancePath+"/tailnet",schemaPath:"#/properties/tailnet/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key24},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err231];
}
else {
vErrors.push(err231);
}
errors++;
}
}
let data96 = data95.keySeconds;
if(!(((typeof data96 == "number") && (!(data96 % 1) && !isNaN(data96))) && (isFinite(data96)))){
const err232 = {instancePath:instancePath+"/tailnet/keySeconds",schemaPath:"#/properties/tailnet/properties/keySeconds/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err232];
}
else {
vErrors.push(err232);
}
errors++;
}
if((typeof data96 == "number") && (isFinite(data96))){
if(data96 > 3600 || isNaN(data96)){
const err233 = {instancePath:instancePath+"/tailnet/keySeconds",schemaPath:"#/properties/tailnet/properties/keySeconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3600},message:"must be <= 3600"};
if(vErrors === null){
vErrors = [err233];
}
else {
vErrors.push(err233);
}
errors++;
}
if(data96 < 60 || isNaN(data96)){
const err234 = {instancePath:instancePath+"/tailnet/keySeconds",schemaPath:"#/properties/tailnet/properties/keySeconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 60},message:"must be >= 60"};
if(vErrors === null){
vErrors = [err234];
}
else {
vErrors.push(err234);
}
errors++;
}
}
let data97 = data95.relays;
if(Array.isArray(data97)){
if(data97.length > 50){
const err235 = {instancePath:instancePath+"/tailnet/relays",schemaPath:"#/properties/tailnet/properties/relays/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items"};
if(vErrors === null){
vErrors = [err235];
}
else {
vErrors.push(err235);
}
errors++;
}
if(data97.length < 1){
const err236 = {instancePath:instancePath+"/tailnet/relays",schemaPath:"#/properties/tailnet/properties/relays/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err236];
}
else {
vErrors.push(err236);
}
errors++;
}
const len4 = data97.length;
for(let i5=0; i5<len4; i5++){
let data98 = data97[i5];
if(typeof data98 === "string"){
if(!pattern17.test(data98)){
const err237 = {instancePath:instancePath+"/tailnet/relays/" + i5,schemaPath:"#/properties/tailnet/properties/relays/items/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f:.]+/[0-9]{1,3}$"},message:"must match pattern \""+"^[0-9a-f:.]+/[0-9]{1,3}$"+"\""};
if(vErrors === null){
vErrors = [err237];
}
else {
vErrors.push(err237);
}
errors++;
}
}
else {
const err238 = {instancePath:instancePath+"/tailnet/relays/" + i5,schemaPath:"#/properties/tailnet/properties/relays/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err238];
}
else {
vErrors.push(err238);
}
errors++;
}
}
}
else {
const err239 = {instancePath:instancePath+"/tailnet/relays",schemaPath:"#/properties/tailnet/properties/relays/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err239];
}
else {
vErrors.push(err239);
}
errors++;
}
}
else {
const err240 = {instancePath:instancePath+"/tailnet",schemaPath:"#/properties/tailnet/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err240];
}
else {
vErrors.push(err240);
}
errors++;
}
if(data.pause !== undefined){
let data99 = data.pause;
if(data99 && typeof data99 == "object" && !Array.isArray(data99)){
if(data99.reason === undefined){
const err241 = {instancePath:instancePath+"/pause",schemaPath:"#/properties/pause/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err241];
}
else {
vErrors.push(err241);
}
errors++;
}
if(data99.since === undefined){
const err242 = {instancePath:instancePath+"/pause",schemaPath:"#/properties/pause/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err242];
}
else {
vErrors.push(err242);
}
errors++;
}
for(const key25 in data99){
if(!((key25 === "reason") || (key25 === "since"))){
const err243 = {instancePath:instancePath+"/pause",schemaPath:"#/properties/pause/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key25},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err243];
}
else {
vErrors.push(err243);
}
errors++;
}
}
if(data99.reason !== undefined){
let data100 = data99.reason;
if(typeof data100 === "string"){
if(func2(data100) > 500){
const err244 = {instancePath:instancePath+"/pause/reason",schemaPath:"#/properties/pause/properties/reason/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"};
if(vErrors === null){
vErrors = [err244];
}
else {
vErrors.push(err244);
}
errors++;
}
if(func2(data100) < 1){
const err245 = {instancePath:instancePath+"/pause/reason",schemaPath:"#/properties/pause/properties/reason/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err245];
}
else {
vErrors.push(err245);
}
errors++;
}
}
else {
const err246 = {instancePath:instancePath+"/pause/reason",schemaPath:"#/properties/pause/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err246];
}
else {
vErrors.push(err246);
}
errors++;
}
}
if(data99.since !== undefined){
let data101 = data99.since;
if(typeof data101 === "string"){
if(!(formats0.test(data101))){
const err247 = {instancePath:instancePath+"/pause/since",schemaPath:"#/properties/pause/properties/since/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err247];
}
else {
vErrors.push(err247);
}
errors++;
}
}
else {
const err248 = {instancePath:instancePath+"/pause/since",schemaPath:"#/properties/pause/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err248];
}
else {
vErrors.push(err248);
}
errors++;
}
}
}
else {
const err249 = {instancePath:instancePath+"/pause",schemaPath:"#/properties/pause/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err249];
}
else {
vErrors.push(err249);
}
errors++;
}
}
}
else {
const err250 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err250];
}
else {
vErrors.push(err250);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
