// Generated from the JSON Schema of its name by `npm run generate`. Do not edit.
"use strict";
module.exports = validate20;
module.exports.default = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://aura.dev/schemas/plan.schema.json","title":"PlanDocument","description":"The decisions of one run, sorted and fingerprinted; `aura plan` prints them, apply carries them out.","type":"object","additionalProperties":false,"required":["apiVersion","kind","fingerprint","basis","reading","fleet","changes","deferred","refused","endings","idle","orphans","unreadable","waiting","degraded","foreign","others","locks","removed","finished","breakers","deepChecks","refunds","cost","prices","counts","nextDueAt"],"properties":{"apiVersion":{"const":"aura.dev/v1"},"kind":{"const":"Plan"},"fingerprint":{"type":"string","pattern":"^[0-9a-f]{64}$","description":"sha256 of the rest in canonical JSON, without the time"},"basis":{"type":"object","additionalProperties":false,"required":["fleet","main","status","at"],"properties":{"fleet":{"type":"string"},"main":{"$ref":"#/$defs/oid"},"status":{"anyOf":[{"$ref":"#/$defs/oid"},{"type":"null"}]},"at":{"$ref":"#/$defs/time"}}},"reading":{"oneOf":[{"type":"object","additionalProperties":false,"required":["kind"],"properties":{"kind":{"const":"complete"}}},{"type":"object","additionalProperties":false,"required":["kind","agents"],"description":"only these agents were looked up by name, after a push","properties":{"kind":{"const":"named"},"agents":{"type":"array","items":{"type":"string"}}}},{"type":"object","additionalProperties":false,"required":["kind","reasons"],"properties":{"kind":{"const":"partial"},"reasons":{"type":"array","minItems":1,"items":{"$ref":"#/$defs/partialReason"}}}}]},"stop":{"type":"string","description":"why effects are stopped; absent if they are not"},"fleet":{"enum":["none","create","update"],"description":"what happens to the shared stack"},"changes":{"type":"array","items":{"$ref":"#/$defs/change"}},"deferred":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["change","limit","place","message"],"properties":{"change":{"$ref":"#/$defs/change"},"limit":{"$ref":"#/$defs/limitName"},"place":{"type":"integer","minimum":1,"description":"place in the queue"},"message":{"type":"string"},"freeAt":{"$ref":"#/$defs/time","description":"when its turn comes, if a time window decides that"}}}},"refused":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["change","limit","message"],"properties":{"change":{"$ref":"#/$defs/change"},"limit":{"$ref":"#/$defs/limitName"},"message":{"type":"string"},"freeAt":{"$ref":"#/$defs/time","description":"when it may run without an approval, because others of its burst were ended a day before; absent if never"}}}},"endings":{"type":"array","description":"requested ends of servers, and when each request was first seen on `main`; bursts are computed from them","items":{"type":"object","additionalProperties":false,"required":["agent","change","of","seen"],"properties":{"agent":{"$ref":"#/$defs/agent"},"change":{"enum":["retire","replace"]},"of":{"type":"string"},"seen":{"$ref":"#/$defs/time"}}}},"idle":{"type":"array","description":"agents that differ or are frozen, and why they are not changed","items":{"$ref":"#/$defs/idle"}},"orphans":{"type":"array","items":{"$ref":"#/$defs/orphan"}},"unreadable":{"type":"array","description":"decision files that cannot be read, with the position of the error; they have no effect","items":{"type":"object","additionalProperties":false,"required":["path","message"],"properties":{"path":{"type":"string"},"message":{"type":"string"}}}},"waiting":{"type":"array","description":"servers of the fleet that no record names and that are neither adoptable nor orphans yet, and why; empty in a partial reading","items":{"type":"object","additionalProperties":false,"required":["server","agent","message"],"properties":{"server":{"$ref":"#/$defs/serverId"},"agent":{"type":"string","description":"the agent in its label; empty without one"},"message":{"type":"string"}}}},"degraded":{"type":"array","description":"agents of this reading whose server or device is degraded, whatever is done about it","items":{"type":"object","additionalProperties":false,"required":["agent","reason","message"],"properties":{"agent":{"type":"string"},"reason":{"enum":["DeviceOffline","PortOpen","PowerUnknown","ServerLocked"]},"message":{"type":"string"}}}},"foreign":{"description":"number and cost of the project's servers without our labels; null if only our own were read","oneOf":[{"type":"object","additionalProperties":false,"required":["servers","monthlyCost"],"properties":{"servers":{"type":"integer","minimum":0},"monthlyCost":{"type":"number","minimum":0}}},{"type":"null"}]},"others":{"description":"what the project and the tailnet hold beside the recorded agents, which quotas count too; null if it was not read","oneOf":[{"type":"object","additionalProperties":false,"required":["servers","primaryIps","devices"],"properties":{"servers":{"type":"integer","minimum":0},"primaryIps":{"type":"integer","minimum":0},"devices":{"type":"integer","minimum":0}}},{"type":"null"}]},"locks":{"type":"array","description":"locks on states of agents without a live lease","items":{"type":"object","additionalProperties":false,"required":["key","agent","id","who","operation","since","dead"],"properties":{"key":{"type":"string"},"agent":{"type":"string"},"id":{"type":"string"},"who":{"type":"string"},"operation":{"type":"string"},"since":{"$ref":"#/$defs/time"},"dead":{"type":"boolean","description":"no lease covers it, and it is older than any lease can be"}}}},"removed":{"type":"array","description":"agents whose file was removed; finalize restores it or proposes that","items":{"type":"object","additionalProperties":false,"required":["agent","path"],"properties":{"agent":{"type":"string"},"path":{"type":"string"}}}},"finished":{"type":"array","description":"retired agents of which nothing is left: the record is set to `gone`, then the file is removed","items":{"type":"object","additionalProperties":false,"required":["agent","path","file","fileGoes"],"properties":{"agent":{"type":"string"},"path":{"type":"string"},"file":{"$ref":"#/$defs/oid"},"fileGoes":{"type":"boolean","description":"false: the file stays, because its access has not ended"}}}},"breakers":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["reason","scope","since","trialAt","message"],"properties":{"reason":{"type":"string"},"scope":{"type":"string","description":"the deferred changes: all creates, or creates in one location"},"since":{"$ref":"#/$defs/time"},"trialAt":{"$ref":"#/$defs/time"},"message":{"type":"string"}}}},"deepChecks":{"type":"array","description":"agents that Terraform itself read, and whether its reading agrees with the listing","items":{"type":"object","additionalProperties":false,"required":["agent","outcome","details"],"properties":{"agent":{"type":"string"},"outcome":{"enum":["agrees","disagrees","failed"],"description":"failed: Terraform could not read it, which is no evidence about the agent"},"details":{"type":"array","items":{"type":"string"}}}}},"refunds":{"type":"object","additionalProperties":false,"required":["perDayMax","taken","waiting"],"properties":{"perDayMax":{"type":"integer","minimum":0},"taken":{"type":"integer","minimum":0,"description":"of those of today, UTC, by all runs so far"},"waiting":{"type":"array","description":"agents whose refund does not fit into today, in their order","items":{"type":"object","additionalProperties":false,"required":["agent","day"],"properties":{"agent":{"type":"string"},"day":{"description":"the first day with a place for it, e.g. `2026-11-23`; null where the policy allows none","type":["string","null"]}}}}}},"cost":{"description":"null if the prices could not be read","oneOf":[{"type":"object","additionalProperties":false,"required":["currency","monthlyBefore","monthlyAfter","monthlyUnrecorded"],"properties":{"currency":{"type":"string"},"monthlyBefore":{"type":"number"},"monthlyAfter":{"type":"number"},"monthlyUnrecorded":{"type":"number","description":"What the fleet costs beyond what its records say, including servers that are being created. A lease adds it to the cost by the records of its moment."}}},{"type":"null"}]},"prices":{"description":"Hetzner's net prices, which finalize records; null if they could not be read","type":["object","null"],"additionalProperties":false,"required":["currency","ipv4","types"],"properties":{"currency":{"type":"string","pattern":"^[A-Z]{3}$"},"ipv4":{"description":"of an address a month, net, by location","type":"object","propertyNames":{"pattern":"^[a-z0-9-]{1,20}$"},"additionalProperties":{"type":"number","minimum":0}},"types":{"description":"server types by name","type":"object","propertyNames":{"pattern":"^[a-z0-9-]{1,40}$"},"additionalProperties":{"type":"object","additionalProperties":false,"required":["diskGb","memoryGb","architecture","monthly"],"properties":{"diskGb":{"type":"number","minimum":0},"memoryGb":{"type":"number","minimum":0},"architecture":{"type":"string","maxLength":20},"monthly":{"description":"a month, net, by location","type":"object","propertyNames":{"pattern":"^[a-z0-9-]{1,20}$"},"additionalProperties":{"type":"number","minimum":0}}}}}}},"pace":{"type":"object","additionalProperties":false,"description":"present if the fleet is too large for the policy's interval: the requests of a listing and the allowed ones","required":["calls","callsPerHour","minutes"],"properties":{"calls":{"type":"integer","minimum":1},"callsPerHour":{"type":"integer","minimum":1},"minutes":{"type":"integer","minimum":1,"description":"the shortest interval between two listings that the allowed requests permit"}}},"counts":{"type":"object","additionalProperties":false,"required":["files","records","servers","devices"],"properties":{"files":{"type":"integer"},"records":{"type":"integer"},"servers":{"type":"integer"},"devices":{"type":"integer"}}},"nextDueAt":{"anyOf":[{"$ref":"#/$defs/time"},{"type":"null"}],"description":"when something becomes due by time"}},"$defs":{"time":{"type":"string","format":"date-time"},"oid":{"type":"string","pattern":"^[0-9a-f]{40}([0-9a-f]{24})?$"},"agent":{"type":"string","pattern":"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},"nonce":{"type":"string","pattern":"^[0-9a-z]{16}$"},"serverId":{"type":"string","pattern":"^[0-9]{1,20}$"},"partialReason":{"type":"object","additionalProperties":false,"required":["source","detail"],"properties":{"source":{"enum":["servers","devices","states","addresses","prices","files","status","fleet","clock"]},"detail":{"type":"string"}}},"limitName":{"enum":["createsPerRun","createsPerHour","createsPerCustomerPerHour","agentsPerCustomer","fleetCost","planCost","retiresPerHour","retiresPerDay","replacesPerHour","replacesPerDay","burst","unprovenAlone","rollbacksPerHour","disruptionsPerRun","breaker"]},"choice":{"type":"object","additionalProperties":false,"required":["revision","plan","region","location","serverType","image"],"properties":{"revision":{"type":"integer","minimum":1},"plan":{"type":"string"},"region":{"type":"string"},"location":{"type":"string"},"serverType":{"type":"string"},"image":{"type":"string"}}},"drift":{"enum":["labels","name","firewall","protection","device","deviceName","keyExpiry","state","bootstrap","record","lock","isolation"]},"basis":{"type":"object","additionalProperties":false,"required":["path","file","record"],"description":"what the decision is based on; if it has changed, the change is skipped and reported","properties":{"path":{"type":"string"},"file":{"$ref":"#/$defs/oid"},"record":{"type":"string","pattern":"^([0-9a-f]{32}|none)$","description":"hash over the record's fields that effects depend on"}}},"change":{"oneOf":[{"$ref":"#/$defs/create"},{"$ref":"#/$defs/resume"},{"$ref":"#/$defs/rollback"},{"$ref":"#/$defs/replace"},{"$ref":"#/$defs/adopt"},{"$ref":"#/$defs/power"},{"$ref":"#/$defs/resize"},{"$ref":"#/$defs/repair"},{"$ref":"#/$defs/configure"},{"$ref":"#/$defs/retire"},{"$ref":"#/$defs/giveUp"},{"$ref":"#/$defs/destroyOrphan"}]},"create":{"type":"object","additionalProperties":false,"required":["kind","agent","customer","basis","because","choice","monthlyCost","since"],"properties":{"kind":{"const":"create"},"agent":{"$ref":"#/$defs/agent"},"customer":{"type":"string"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"choice":{"$ref":"#/$defs/choice"},"monthlyCost":{"type":"number"},"since":{"$ref":"#/$defs/time"},"oldDevice":{"type":"string","description":"node id of a lost server's device, which is removed first"}}},"resume":{"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","nonce"],"properties":{"kind":{"const":"resume"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"nonce":{"$ref":"#/$defs/nonce"}}},"rollback":{"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","nonce"],"properties":{"kind":{"const":"rollback"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"nonce":{"$ref":"#/$defs/nonce"},"approval":{"type":"string"}}},"replace":{"type":"object","additionalProperties":false,"required":["kind","agent","customer","basis","because","server","choice","monthlyCost","since"],"properties":{"kind":{"const":"replace"},"agent":{"$ref":"#/$defs/agent"},"customer":{"type":"string"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"device":{"type":"string"},"choice":{"$ref":"#/$defs/choice"},"monthlyCost":{"type":"number"},"since":{"$ref":"#/$defs/time"},"approval":{"type":"string"}}},"adopt":{"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","nonce","choice"],"properties":{"kind":{"const":"adopt"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"nonce":{"$ref":"#/$defs/nonce"},"choice":{"$ref":"#/$defs/choice"}}},"power":{"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","to"],"properties":{"kind":{"const":"power"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"to":{"enum":["on","off"]}}},"resize":{"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","from","to","plan"],"properties":{"kind":{"const":"resize"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"from":{"type":"string"},"to":{"type":"string"},"plan":{"type":"string"}}},"repair":{"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","drifts"],"properties":{"kind":{"const":"repair"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"drifts":{"type":"array","minItems":1,"uniqueItems":true,"items":{"$ref":"#/$defs/drift"}}}},"configure":{"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","configHash","roleVersion"],"properties":{"kind":{"const":"configure"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"configHash":{"type":"string","pattern":"^[0-9a-f]{32}$"},"roleVersion":{"type":"string"}}},"retire":{"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","by","servers","devices","addresses","state"],"properties":{"kind":{"const":"retire"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"by":{"enum":["stripe","person","customer","finalize"]},"servers":{"type":"array","items":{"$ref":"#/$defs/serverId"}},"devices":{"type":"array","items":{"type":"string"}},"addresses":{"type":"array","items":{"type":"string"}},"state":{"type":"boolean"},"approval":{"type":"string"}}},"giveUp":{"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","revision","attempts","refund","subscription"],"properties":{"kind":{"const":"giveUp"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"revision":{"type":"integer","minimum":1},"attempts":{"type":"integer","minimum":1},"refund":{"enum":["none","lastInvoice"],"description":"what finalize refunds, at most as many in a day as the policy allows"},"subscription":{"enum":["keep","pause","cancel"],"description":"what finalize does with the subscription"}}},"destroyOrphan":{"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","resource","id"],"properties":{"kind":{"const":"destroyOrphan"},"agent":{"type":"string","description":"the agent in the resource's labels, for grouping only"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"resource":{"enum":["server","device","state","lock","primaryIp","sshKey","authKey","snapshot"]},"id":{"type":"string"}}},"idle":{"type":"object","additionalProperties":false,"required":["agent","path","file","reason","message"],"properties":{"agent":{"type":"string","description":"the id, or the path of a file without one"},"path":{"type":"string"},"file":{"type":"string"},"reason":{"enum":["Invalid","Stopped","Paused","Held","HoldBlocksRetirement","Isolated","Busy","PowerUnknown","PartialReading","RetryLater","GraceRunning","RevisionBehind","ResizeImpossible","NoSuchOffer","Failed","EndedNotRetired","PaidButRetired","SpareServer","HostKeyUnknown","ForeignFirewall","ServerGone","Deprecated"]},"message":{"type":"string"},"until":{"$ref":"#/$defs/time"}}},"orphan":{"type":"object","additionalProperties":false,"required":["resource","id","name","why","decision"],"properties":{"resource":{"enum":["server","device","state","lock","primaryIp","sshKey","authKey","snapshot"]},"id":{"type":"string"},"name":{"type":"string"},"created":{"$ref":"#/$defs/time"},"labels":{"type":"object","additionalProperties":{"type":"string"}},"location":{"type":"string"},"monthlyCost":{"type":"number"},"why":{"type":"string"},"decision":{"enum":["new","undecided","destroy","adopt","keep"]}}}}};
const schema32 = {"type":"string","pattern":"^[0-9a-f]{40}([0-9a-f]{24})?$"};
const schema34 = {"type":"string","format":"date-time"};
const schema35 = {"type":"object","additionalProperties":false,"required":["source","detail"],"properties":{"source":{"enum":["servers","devices","states","addresses","prices","files","status","fleet","clock"]},"detail":{"type":"string"}}};
const schema80 = {"enum":["createsPerRun","createsPerHour","createsPerCustomerPerHour","agentsPerCustomer","fleetCost","planCost","retiresPerHour","retiresPerDay","replacesPerHour","replacesPerDay","burst","unprovenAlone","rollbacksPerHour","disruptionsPerRun","breaker"]};
const schema38 = {"type":"string","pattern":"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"};
const schema45 = {"type":"string","pattern":"^[0-9]{1,20}$"};
const func1 = Object.prototype.hasOwnProperty;
const func7 = require("ajv/dist/runtime/ucs2length").default;
const pattern4 = new RegExp("^[0-9a-f]{64}$", "u");
const pattern5 = new RegExp("^[0-9a-f]{40}([0-9a-f]{24})?$", "u");
const pattern7 = new RegExp("^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$", "u");
const pattern11 = new RegExp("^[0-9]{1,20}$", "u");
const pattern36 = new RegExp("^[A-Z]{3}$", "u");
const pattern37 = new RegExp("^[a-z0-9-]{1,20}$", "u");
const pattern38 = new RegExp("^[a-z0-9-]{1,40}$", "u");
const formats0 = /^(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)|\d{4}-(?:0[13578]|1[02])-31|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const schema36 = {"oneOf":[{"$ref":"#/$defs/create"},{"$ref":"#/$defs/resume"},{"$ref":"#/$defs/rollback"},{"$ref":"#/$defs/replace"},{"$ref":"#/$defs/adopt"},{"$ref":"#/$defs/power"},{"$ref":"#/$defs/resize"},{"$ref":"#/$defs/repair"},{"$ref":"#/$defs/configure"},{"$ref":"#/$defs/retire"},{"$ref":"#/$defs/giveUp"},{"$ref":"#/$defs/destroyOrphan"}]};
const schema37 = {"type":"object","additionalProperties":false,"required":["kind","agent","customer","basis","because","choice","monthlyCost","since"],"properties":{"kind":{"const":"create"},"agent":{"$ref":"#/$defs/agent"},"customer":{"type":"string"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"choice":{"$ref":"#/$defs/choice"},"monthlyCost":{"type":"number"},"since":{"$ref":"#/$defs/time"},"oldDevice":{"type":"string","description":"node id of a lost server's device, which is removed first"}}};
const schema41 = {"type":"object","additionalProperties":false,"required":["revision","plan","region","location","serverType","image"],"properties":{"revision":{"type":"integer","minimum":1},"plan":{"type":"string"},"region":{"type":"string"},"location":{"type":"string"},"serverType":{"type":"string"},"image":{"type":"string"}}};
const schema39 = {"type":"object","additionalProperties":false,"required":["path","file","record"],"description":"what the decision is based on; if it has changed, the change is skipped and reported","properties":{"path":{"type":"string"},"file":{"$ref":"#/$defs/oid"},"record":{"type":"string","pattern":"^([0-9a-f]{32}|none)$","description":"hash over the record's fields that effects depend on"}}};
const pattern9 = new RegExp("^([0-9a-f]{32}|none)$", "u");

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate23.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.path === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.file === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "file"},message:"must have required property '"+"file"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.record === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "record"},message:"must have required property '"+"record"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!(((key0 === "path") || (key0 === "file")) || (key0 === "record"))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.path !== undefined){
if(typeof data.path !== "string"){
const err4 = {instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.file !== undefined){
let data1 = data.file;
if(typeof data1 === "string"){
if(!pattern5.test(data1)){
const err5 = {instancePath:instancePath+"/file",schemaPath:"#/$defs/oid/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40}([0-9a-f]{24})?$"},message:"must match pattern \""+"^[0-9a-f]{40}([0-9a-f]{24})?$"+"\""};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/file",schemaPath:"#/$defs/oid/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.record !== undefined){
let data2 = data.record;
if(typeof data2 === "string"){
if(!pattern9.test(data2)){
const err7 = {instancePath:instancePath+"/record",schemaPath:"#/properties/record/pattern",keyword:"pattern",params:{pattern: "^([0-9a-f]{32}|none)$"},message:"must match pattern \""+"^([0-9a-f]{32}|none)$"+"\""};
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
const err8 = {instancePath:instancePath+"/record",schemaPath:"#/properties/record/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
validate23.errors = vErrors;
return errors === 0;
}
validate23.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate22.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.customer === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "customer"},message:"must have required property '"+"customer"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.basis === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.because === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.choice === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "choice"},message:"must have required property '"+"choice"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.monthlyCost === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "monthlyCost"},message:"must have required property '"+"monthlyCost"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.since === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema37.properties, key0))){
const err8 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.kind !== undefined){
if("create" !== data.kind){
const err9 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "create"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err10 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.customer !== undefined){
if(typeof data.customer !== "string"){
const err12 = {instancePath:instancePath+"/customer",schemaPath:"#/properties/customer/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err13 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.choice !== undefined){
let data5 = data.choice;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.revision === undefined){
const err14 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "revision"},message:"must have required property '"+"revision"+"'"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data5.plan === undefined){
const err15 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "plan"},message:"must have required property '"+"plan"+"'"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data5.region === undefined){
const err16 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "region"},message:"must have required property '"+"region"+"'"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data5.location === undefined){
const err17 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "location"},message:"must have required property '"+"location"+"'"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data5.serverType === undefined){
const err18 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "serverType"},message:"must have required property '"+"serverType"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data5.image === undefined){
const err19 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
for(const key1 in data5){
if(!((((((key1 === "revision") || (key1 === "plan")) || (key1 === "region")) || (key1 === "location")) || (key1 === "serverType")) || (key1 === "image"))){
const err20 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data5.revision !== undefined){
let data6 = data5.revision;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err21 = {instancePath:instancePath+"/choice/revision",schemaPath:"#/$defs/choice/properties/revision/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 < 1 || isNaN(data6)){
const err22 = {instancePath:instancePath+"/choice/revision",schemaPath:"#/$defs/choice/properties/revision/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
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
if(data5.plan !== undefined){
if(typeof data5.plan !== "string"){
const err23 = {instancePath:instancePath+"/choice/plan",schemaPath:"#/$defs/choice/properties/plan/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data5.region !== undefined){
if(typeof data5.region !== "string"){
const err24 = {instancePath:instancePath+"/choice/region",schemaPath:"#/$defs/choice/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data5.location !== undefined){
if(typeof data5.location !== "string"){
const err25 = {instancePath:instancePath+"/choice/location",schemaPath:"#/$defs/choice/properties/location/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data5.serverType !== undefined){
if(typeof data5.serverType !== "string"){
const err26 = {instancePath:instancePath+"/choice/serverType",schemaPath:"#/$defs/choice/properties/serverType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data5.image !== undefined){
if(typeof data5.image !== "string"){
const err27 = {instancePath:instancePath+"/choice/image",schemaPath:"#/$defs/choice/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
else {
const err28 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.monthlyCost !== undefined){
let data12 = data.monthlyCost;
if(!((typeof data12 == "number") && (isFinite(data12)))){
const err29 = {instancePath:instancePath+"/monthlyCost",schemaPath:"#/properties/monthlyCost/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data.since !== undefined){
let data13 = data.since;
if(typeof data13 === "string"){
if(!(formats0.test(data13))){
const err30 = {instancePath:instancePath+"/since",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/since",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data.oldDevice !== undefined){
if(typeof data.oldDevice !== "string"){
const err32 = {instancePath:instancePath+"/oldDevice",schemaPath:"#/properties/oldDevice/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
else {
const err33 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema43 = {"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","nonce"],"properties":{"kind":{"const":"resume"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"nonce":{"$ref":"#/$defs/nonce"}}};
const schema46 = {"type":"string","pattern":"^[0-9a-z]{16}$"};
const pattern12 = new RegExp("^[0-9a-z]{16}$", "u");

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate26.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.basis === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.because === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.server === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "server"},message:"must have required property '"+"server"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.nonce === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "nonce"},message:"must have required property '"+"nonce"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key0 in data){
if(!((((((key0 === "kind") || (key0 === "agent")) || (key0 === "basis")) || (key0 === "because")) || (key0 === "server")) || (key0 === "nonce"))){
const err6 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
if("resume" !== data.kind){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "resume"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err8 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err10 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.server !== undefined){
let data4 = data.server;
if(typeof data4 === "string"){
if(!pattern11.test(data4)){
const err11 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.nonce !== undefined){
let data5 = data.nonce;
if(typeof data5 === "string"){
if(!pattern12.test(data5)){
const err13 = {instancePath:instancePath+"/nonce",schemaPath:"#/$defs/nonce/pattern",keyword:"pattern",params:{pattern: "^[0-9a-z]{16}$"},message:"must match pattern \""+"^[0-9a-z]{16}$"+"\""};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/nonce",schemaPath:"#/$defs/nonce/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
validate26.errors = vErrors;
return errors === 0;
}
validate26.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema47 = {"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","nonce"],"properties":{"kind":{"const":"rollback"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"nonce":{"$ref":"#/$defs/nonce"},"approval":{"type":"string"}}};

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate29.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.basis === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.because === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.server === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "server"},message:"must have required property '"+"server"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.nonce === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "nonce"},message:"must have required property '"+"nonce"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key0 in data){
if(!(((((((key0 === "kind") || (key0 === "agent")) || (key0 === "basis")) || (key0 === "because")) || (key0 === "server")) || (key0 === "nonce")) || (key0 === "approval"))){
const err6 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
if("rollback" !== data.kind){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "rollback"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err8 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err10 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.server !== undefined){
let data4 = data.server;
if(typeof data4 === "string"){
if(!pattern11.test(data4)){
const err11 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.nonce !== undefined){
let data5 = data.nonce;
if(typeof data5 === "string"){
if(!pattern12.test(data5)){
const err13 = {instancePath:instancePath+"/nonce",schemaPath:"#/$defs/nonce/pattern",keyword:"pattern",params:{pattern: "^[0-9a-z]{16}$"},message:"must match pattern \""+"^[0-9a-z]{16}$"+"\""};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/nonce",schemaPath:"#/$defs/nonce/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.approval !== undefined){
if(typeof data.approval !== "string"){
const err15 = {instancePath:instancePath+"/approval",schemaPath:"#/properties/approval/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
validate29.errors = vErrors;
return errors === 0;
}
validate29.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema51 = {"type":"object","additionalProperties":false,"required":["kind","agent","customer","basis","because","server","choice","monthlyCost","since"],"properties":{"kind":{"const":"replace"},"agent":{"$ref":"#/$defs/agent"},"customer":{"type":"string"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"device":{"type":"string"},"choice":{"$ref":"#/$defs/choice"},"monthlyCost":{"type":"number"},"since":{"$ref":"#/$defs/time"},"approval":{"type":"string"}}};

function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate32.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.customer === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "customer"},message:"must have required property '"+"customer"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.basis === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.because === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.server === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "server"},message:"must have required property '"+"server"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.choice === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "choice"},message:"must have required property '"+"choice"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.monthlyCost === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "monthlyCost"},message:"must have required property '"+"monthlyCost"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.since === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema51.properties, key0))){
const err9 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.kind !== undefined){
if("replace" !== data.kind){
const err10 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "replace"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err11 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.customer !== undefined){
if(typeof data.customer !== "string"){
const err13 = {instancePath:instancePath+"/customer",schemaPath:"#/properties/customer/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err14 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.server !== undefined){
let data5 = data.server;
if(typeof data5 === "string"){
if(!pattern11.test(data5)){
const err15 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.device !== undefined){
if(typeof data.device !== "string"){
const err17 = {instancePath:instancePath+"/device",schemaPath:"#/properties/device/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.choice !== undefined){
let data7 = data.choice;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(data7.revision === undefined){
const err18 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "revision"},message:"must have required property '"+"revision"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data7.plan === undefined){
const err19 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "plan"},message:"must have required property '"+"plan"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data7.region === undefined){
const err20 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "region"},message:"must have required property '"+"region"+"'"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data7.location === undefined){
const err21 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "location"},message:"must have required property '"+"location"+"'"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data7.serverType === undefined){
const err22 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "serverType"},message:"must have required property '"+"serverType"+"'"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data7.image === undefined){
const err23 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
for(const key1 in data7){
if(!((((((key1 === "revision") || (key1 === "plan")) || (key1 === "region")) || (key1 === "location")) || (key1 === "serverType")) || (key1 === "image"))){
const err24 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data7.revision !== undefined){
let data8 = data7.revision;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err25 = {instancePath:instancePath+"/choice/revision",schemaPath:"#/$defs/choice/properties/revision/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 1 || isNaN(data8)){
const err26 = {instancePath:instancePath+"/choice/revision",schemaPath:"#/$defs/choice/properties/revision/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
if(data7.plan !== undefined){
if(typeof data7.plan !== "string"){
const err27 = {instancePath:instancePath+"/choice/plan",schemaPath:"#/$defs/choice/properties/plan/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data7.region !== undefined){
if(typeof data7.region !== "string"){
const err28 = {instancePath:instancePath+"/choice/region",schemaPath:"#/$defs/choice/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data7.location !== undefined){
if(typeof data7.location !== "string"){
const err29 = {instancePath:instancePath+"/choice/location",schemaPath:"#/$defs/choice/properties/location/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data7.serverType !== undefined){
if(typeof data7.serverType !== "string"){
const err30 = {instancePath:instancePath+"/choice/serverType",schemaPath:"#/$defs/choice/properties/serverType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data7.image !== undefined){
if(typeof data7.image !== "string"){
const err31 = {instancePath:instancePath+"/choice/image",schemaPath:"#/$defs/choice/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
else {
const err32 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.monthlyCost !== undefined){
let data14 = data.monthlyCost;
if(!((typeof data14 == "number") && (isFinite(data14)))){
const err33 = {instancePath:instancePath+"/monthlyCost",schemaPath:"#/properties/monthlyCost/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data.since !== undefined){
let data15 = data.since;
if(typeof data15 === "string"){
if(!(formats0.test(data15))){
const err34 = {instancePath:instancePath+"/since",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
else {
const err35 = {instancePath:instancePath+"/since",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data.approval !== undefined){
if(typeof data.approval !== "string"){
const err36 = {instancePath:instancePath+"/approval",schemaPath:"#/properties/approval/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
validate32.errors = vErrors;
return errors === 0;
}
validate32.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema56 = {"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","nonce","choice"],"properties":{"kind":{"const":"adopt"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"nonce":{"$ref":"#/$defs/nonce"},"choice":{"$ref":"#/$defs/choice"}}};

function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate35.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.basis === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.because === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.server === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "server"},message:"must have required property '"+"server"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.nonce === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "nonce"},message:"must have required property '"+"nonce"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.choice === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "choice"},message:"must have required property '"+"choice"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
for(const key0 in data){
if(!(((((((key0 === "kind") || (key0 === "agent")) || (key0 === "basis")) || (key0 === "because")) || (key0 === "server")) || (key0 === "nonce")) || (key0 === "choice"))){
const err7 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.kind !== undefined){
if("adopt" !== data.kind){
const err8 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "adopt"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err9 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err11 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.server !== undefined){
let data4 = data.server;
if(typeof data4 === "string"){
if(!pattern11.test(data4)){
const err12 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
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
const err13 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.nonce !== undefined){
let data5 = data.nonce;
if(typeof data5 === "string"){
if(!pattern12.test(data5)){
const err14 = {instancePath:instancePath+"/nonce",schemaPath:"#/$defs/nonce/pattern",keyword:"pattern",params:{pattern: "^[0-9a-z]{16}$"},message:"must match pattern \""+"^[0-9a-z]{16}$"+"\""};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/nonce",schemaPath:"#/$defs/nonce/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.choice !== undefined){
let data6 = data.choice;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.revision === undefined){
const err16 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "revision"},message:"must have required property '"+"revision"+"'"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data6.plan === undefined){
const err17 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "plan"},message:"must have required property '"+"plan"+"'"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data6.region === undefined){
const err18 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "region"},message:"must have required property '"+"region"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data6.location === undefined){
const err19 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "location"},message:"must have required property '"+"location"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data6.serverType === undefined){
const err20 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "serverType"},message:"must have required property '"+"serverType"+"'"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data6.image === undefined){
const err21 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
for(const key1 in data6){
if(!((((((key1 === "revision") || (key1 === "plan")) || (key1 === "region")) || (key1 === "location")) || (key1 === "serverType")) || (key1 === "image"))){
const err22 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data6.revision !== undefined){
let data7 = data6.revision;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err23 = {instancePath:instancePath+"/choice/revision",schemaPath:"#/$defs/choice/properties/revision/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 < 1 || isNaN(data7)){
const err24 = {instancePath:instancePath+"/choice/revision",schemaPath:"#/$defs/choice/properties/revision/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
if(data6.plan !== undefined){
if(typeof data6.plan !== "string"){
const err25 = {instancePath:instancePath+"/choice/plan",schemaPath:"#/$defs/choice/properties/plan/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data6.region !== undefined){
if(typeof data6.region !== "string"){
const err26 = {instancePath:instancePath+"/choice/region",schemaPath:"#/$defs/choice/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data6.location !== undefined){
if(typeof data6.location !== "string"){
const err27 = {instancePath:instancePath+"/choice/location",schemaPath:"#/$defs/choice/properties/location/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data6.serverType !== undefined){
if(typeof data6.serverType !== "string"){
const err28 = {instancePath:instancePath+"/choice/serverType",schemaPath:"#/$defs/choice/properties/serverType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data6.image !== undefined){
if(typeof data6.image !== "string"){
const err29 = {instancePath:instancePath+"/choice/image",schemaPath:"#/$defs/choice/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/choice",schemaPath:"#/$defs/choice/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
else {
const err31 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
validate35.errors = vErrors;
return errors === 0;
}
validate35.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema61 = {"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","to"],"properties":{"kind":{"const":"power"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"to":{"enum":["on","off"]}}};

function validate38(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate38.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.basis === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.because === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.server === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "server"},message:"must have required property '"+"server"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.to === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "to"},message:"must have required property '"+"to"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key0 in data){
if(!((((((key0 === "kind") || (key0 === "agent")) || (key0 === "basis")) || (key0 === "because")) || (key0 === "server")) || (key0 === "to"))){
const err6 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
if("power" !== data.kind){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "power"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err8 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err10 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.server !== undefined){
let data4 = data.server;
if(typeof data4 === "string"){
if(!pattern11.test(data4)){
const err11 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.to !== undefined){
let data5 = data.to;
if(!((data5 === "on") || (data5 === "off"))){
const err13 = {instancePath:instancePath+"/to",schemaPath:"#/properties/to/enum",keyword:"enum",params:{allowedValues: schema61.properties.to.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
validate38.errors = vErrors;
return errors === 0;
}
validate38.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema64 = {"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","from","to","plan"],"properties":{"kind":{"const":"resize"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"from":{"type":"string"},"to":{"type":"string"},"plan":{"type":"string"}}};

function validate41(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate41.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.basis === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.because === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.server === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "server"},message:"must have required property '"+"server"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.from === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "from"},message:"must have required property '"+"from"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.to === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "to"},message:"must have required property '"+"to"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.plan === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "plan"},message:"must have required property '"+"plan"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "kind") || (key0 === "agent")) || (key0 === "basis")) || (key0 === "because")) || (key0 === "server")) || (key0 === "from")) || (key0 === "to")) || (key0 === "plan"))){
const err8 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.kind !== undefined){
if("resize" !== data.kind){
const err9 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "resize"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err10 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err12 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.server !== undefined){
let data4 = data.server;
if(typeof data4 === "string"){
if(!pattern11.test(data4)){
const err13 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.from !== undefined){
if(typeof data.from !== "string"){
const err15 = {instancePath:instancePath+"/from",schemaPath:"#/properties/from/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.to !== undefined){
if(typeof data.to !== "string"){
const err16 = {instancePath:instancePath+"/to",schemaPath:"#/properties/to/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.plan !== undefined){
if(typeof data.plan !== "string"){
const err17 = {instancePath:instancePath+"/plan",schemaPath:"#/properties/plan/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
else {
const err18 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
validate41.errors = vErrors;
return errors === 0;
}
validate41.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema67 = {"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","drifts"],"properties":{"kind":{"const":"repair"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"drifts":{"type":"array","minItems":1,"uniqueItems":true,"items":{"$ref":"#/$defs/drift"}}}};
const schema70 = {"enum":["labels","name","firewall","protection","device","deviceName","keyExpiry","state","bootstrap","record","lock","isolation"]};
const func0 = require("ajv/dist/runtime/equal").default;

function validate44(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate44.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.basis === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.because === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.server === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "server"},message:"must have required property '"+"server"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.drifts === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "drifts"},message:"must have required property '"+"drifts"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key0 in data){
if(!((((((key0 === "kind") || (key0 === "agent")) || (key0 === "basis")) || (key0 === "because")) || (key0 === "server")) || (key0 === "drifts"))){
const err6 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
if("repair" !== data.kind){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "repair"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err8 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err10 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.server !== undefined){
let data4 = data.server;
if(typeof data4 === "string"){
if(!pattern11.test(data4)){
const err11 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.drifts !== undefined){
let data5 = data.drifts;
if(Array.isArray(data5)){
if(data5.length < 1){
const err13 = {instancePath:instancePath+"/drifts",schemaPath:"#/properties/drifts/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
if(!((((((((((((data6 === "labels") || (data6 === "name")) || (data6 === "firewall")) || (data6 === "protection")) || (data6 === "device")) || (data6 === "deviceName")) || (data6 === "keyExpiry")) || (data6 === "state")) || (data6 === "bootstrap")) || (data6 === "record")) || (data6 === "lock")) || (data6 === "isolation"))){
const err14 = {instancePath:instancePath+"/drifts/" + i0,schemaPath:"#/$defs/drift/enum",keyword:"enum",params:{allowedValues: schema70.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
let i1 = data5.length;
let j0;
if(i1 > 1){
outer0:
for(;i1--;){
for(j0 = i1; j0--;){
if(func0(data5[i1], data5[j0])){
const err15 = {instancePath:instancePath+"/drifts",schemaPath:"#/properties/drifts/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
break outer0;
}
}
}
}
}
else {
const err16 = {instancePath:instancePath+"/drifts",schemaPath:"#/properties/drifts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
validate44.errors = vErrors;
return errors === 0;
}
validate44.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema71 = {"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","server","configHash","roleVersion"],"properties":{"kind":{"const":"configure"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"server":{"$ref":"#/$defs/serverId"},"configHash":{"type":"string","pattern":"^[0-9a-f]{32}$"},"roleVersion":{"type":"string"}}};
const pattern29 = new RegExp("^[0-9a-f]{32}$", "u");

function validate47(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate47.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.basis === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.because === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.server === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "server"},message:"must have required property '"+"server"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.configHash === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "configHash"},message:"must have required property '"+"configHash"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.roleVersion === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "roleVersion"},message:"must have required property '"+"roleVersion"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
for(const key0 in data){
if(!(((((((key0 === "kind") || (key0 === "agent")) || (key0 === "basis")) || (key0 === "because")) || (key0 === "server")) || (key0 === "configHash")) || (key0 === "roleVersion"))){
const err7 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.kind !== undefined){
if("configure" !== data.kind){
const err8 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "configure"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err9 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err11 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.server !== undefined){
let data4 = data.server;
if(typeof data4 === "string"){
if(!pattern11.test(data4)){
const err12 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
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
const err13 = {instancePath:instancePath+"/server",schemaPath:"#/$defs/serverId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.configHash !== undefined){
let data5 = data.configHash;
if(typeof data5 === "string"){
if(!pattern29.test(data5)){
const err14 = {instancePath:instancePath+"/configHash",schemaPath:"#/properties/configHash/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{32}$"},message:"must match pattern \""+"^[0-9a-f]{32}$"+"\""};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/configHash",schemaPath:"#/properties/configHash/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.roleVersion !== undefined){
if(typeof data.roleVersion !== "string"){
const err16 = {instancePath:instancePath+"/roleVersion",schemaPath:"#/properties/roleVersion/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
validate47.errors = vErrors;
return errors === 0;
}
validate47.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema74 = {"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","by","servers","devices","addresses","state"],"properties":{"kind":{"const":"retire"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"by":{"enum":["stripe","person","customer","finalize"]},"servers":{"type":"array","items":{"$ref":"#/$defs/serverId"}},"devices":{"type":"array","items":{"type":"string"}},"addresses":{"type":"array","items":{"type":"string"}},"state":{"type":"boolean"},"approval":{"type":"string"}}};

function validate50(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate50.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.basis === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.because === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.by === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "by"},message:"must have required property '"+"by"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.servers === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "servers"},message:"must have required property '"+"servers"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.devices === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "devices"},message:"must have required property '"+"devices"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.addresses === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "addresses"},message:"must have required property '"+"addresses"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.state === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "state"},message:"must have required property '"+"state"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema74.properties, key0))){
const err9 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.kind !== undefined){
if("retire" !== data.kind){
const err10 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "retire"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err11 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err13 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.by !== undefined){
let data4 = data.by;
if(!((((data4 === "stripe") || (data4 === "person")) || (data4 === "customer")) || (data4 === "finalize"))){
const err14 = {instancePath:instancePath+"/by",schemaPath:"#/properties/by/enum",keyword:"enum",params:{allowedValues: schema74.properties.by.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.servers !== undefined){
let data5 = data.servers;
if(Array.isArray(data5)){
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
if(typeof data6 === "string"){
if(!pattern11.test(data6)){
const err15 = {instancePath:instancePath+"/servers/" + i0,schemaPath:"#/$defs/serverId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/servers/" + i0,schemaPath:"#/$defs/serverId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/servers",schemaPath:"#/properties/servers/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.devices !== undefined){
let data7 = data.devices;
if(Array.isArray(data7)){
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
if(typeof data7[i1] !== "string"){
const err18 = {instancePath:instancePath+"/devices/" + i1,schemaPath:"#/properties/devices/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/devices",schemaPath:"#/properties/devices/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.addresses !== undefined){
let data9 = data.addresses;
if(Array.isArray(data9)){
const len2 = data9.length;
for(let i2=0; i2<len2; i2++){
if(typeof data9[i2] !== "string"){
const err20 = {instancePath:instancePath+"/addresses/" + i2,schemaPath:"#/properties/addresses/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/addresses",schemaPath:"#/properties/addresses/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.state !== undefined){
if(typeof data.state !== "boolean"){
const err22 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.approval !== undefined){
if(typeof data.approval !== "string"){
const err23 = {instancePath:instancePath+"/approval",schemaPath:"#/properties/approval/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
else {
const err24 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
validate50.errors = vErrors;
return errors === 0;
}
validate50.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema77 = {"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","revision","attempts","refund","subscription"],"properties":{"kind":{"const":"giveUp"},"agent":{"$ref":"#/$defs/agent"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"revision":{"type":"integer","minimum":1},"attempts":{"type":"integer","minimum":1},"refund":{"enum":["none","lastInvoice"],"description":"what finalize refunds, at most as many in a day as the policy allows"},"subscription":{"enum":["keep","pause","cancel"],"description":"what finalize does with the subscription"}}};

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate53.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.basis === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.because === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.revision === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "revision"},message:"must have required property '"+"revision"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.attempts === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "attempts"},message:"must have required property '"+"attempts"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.refund === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "refund"},message:"must have required property '"+"refund"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.subscription === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "subscription"},message:"must have required property '"+"subscription"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "kind") || (key0 === "agent")) || (key0 === "basis")) || (key0 === "because")) || (key0 === "revision")) || (key0 === "attempts")) || (key0 === "refund")) || (key0 === "subscription"))){
const err8 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.kind !== undefined){
if("giveUp" !== data.kind){
const err9 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "giveUp"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.agent !== undefined){
let data1 = data.agent;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err10 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err12 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.revision !== undefined){
let data4 = data.revision;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err13 = {instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 1 || isNaN(data4)){
const err14 = {instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
if(data.attempts !== undefined){
let data5 = data.attempts;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err15 = {instancePath:instancePath+"/attempts",schemaPath:"#/properties/attempts/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 1 || isNaN(data5)){
const err16 = {instancePath:instancePath+"/attempts",schemaPath:"#/properties/attempts/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
if(data.refund !== undefined){
let data6 = data.refund;
if(!((data6 === "none") || (data6 === "lastInvoice"))){
const err17 = {instancePath:instancePath+"/refund",schemaPath:"#/properties/refund/enum",keyword:"enum",params:{allowedValues: schema77.properties.refund.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.subscription !== undefined){
let data7 = data.subscription;
if(!(((data7 === "keep") || (data7 === "pause")) || (data7 === "cancel"))){
const err18 = {instancePath:instancePath+"/subscription",schemaPath:"#/properties/subscription/enum",keyword:"enum",params:{allowedValues: schema77.properties.subscription.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
validate53.errors = vErrors;
return errors === 0;
}
validate53.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema79 = {"type":"object","additionalProperties":false,"required":["kind","agent","basis","because","resource","id"],"properties":{"kind":{"const":"destroyOrphan"},"agent":{"type":"string","description":"the agent in the resource's labels, for grouping only"},"basis":{"$ref":"#/$defs/basis"},"because":{"type":"string"},"resource":{"enum":["server","device","state","lock","primaryIp","sshKey","authKey","snapshot"]},"id":{"type":"string"}}};

function validate56(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate56.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agent === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.basis === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.because === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "because"},message:"must have required property '"+"because"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.resource === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "resource"},message:"must have required property '"+"resource"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.id === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "id"},message:"must have required property '"+"id"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key0 in data){
if(!((((((key0 === "kind") || (key0 === "agent")) || (key0 === "basis")) || (key0 === "because")) || (key0 === "resource")) || (key0 === "id"))){
const err6 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
if("destroyOrphan" !== data.kind){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "destroyOrphan"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.agent !== undefined){
if(typeof data.agent !== "string"){
const err8 = {instancePath:instancePath+"/agent",schemaPath:"#/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.basis !== undefined){
if(!(validate23(data.basis, {instancePath:instancePath+"/basis",parentData:data,parentDataProperty:"basis",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined){
if(typeof data.because !== "string"){
const err9 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.resource !== undefined){
let data4 = data.resource;
if(!((((((((data4 === "server") || (data4 === "device")) || (data4 === "state")) || (data4 === "lock")) || (data4 === "primaryIp")) || (data4 === "sshKey")) || (data4 === "authKey")) || (data4 === "snapshot"))){
const err10 = {instancePath:instancePath+"/resource",schemaPath:"#/properties/resource/enum",keyword:"enum",params:{allowedValues: schema79.properties.resource.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.id !== undefined){
if(typeof data.id !== "string"){
const err11 = {instancePath:instancePath+"/id",schemaPath:"#/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
validate56.errors = vErrors;
return errors === 0;
}
validate56.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
let valid0 = false;
let passing0 = null;
const _errs1 = errors;
if(!(validate22(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var _valid0 = _errs1 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
var props0 = true;
}
const _errs2 = errors;
if(!(validate26(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
var _valid0 = _errs2 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
if(props0 !== true){
props0 = true;
}
}
const _errs3 = errors;
if(!(validate29(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate29.errors : vErrors.concat(validate29.errors);
errors = vErrors.length;
}
var _valid0 = _errs3 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 2];
}
else {
if(_valid0){
valid0 = true;
passing0 = 2;
if(props0 !== true){
props0 = true;
}
}
const _errs4 = errors;
if(!(validate32(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
var _valid0 = _errs4 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 3];
}
else {
if(_valid0){
valid0 = true;
passing0 = 3;
if(props0 !== true){
props0 = true;
}
}
const _errs5 = errors;
if(!(validate35(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var _valid0 = _errs5 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 4];
}
else {
if(_valid0){
valid0 = true;
passing0 = 4;
if(props0 !== true){
props0 = true;
}
}
const _errs6 = errors;
if(!(validate38(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
var _valid0 = _errs6 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 5];
}
else {
if(_valid0){
valid0 = true;
passing0 = 5;
if(props0 !== true){
props0 = true;
}
}
const _errs7 = errors;
if(!(validate41(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate41.errors : vErrors.concat(validate41.errors);
errors = vErrors.length;
}
var _valid0 = _errs7 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 6];
}
else {
if(_valid0){
valid0 = true;
passing0 = 6;
if(props0 !== true){
props0 = true;
}
}
const _errs8 = errors;
if(!(validate44(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate44.errors : vErrors.concat(validate44.errors);
errors = vErrors.length;
}
var _valid0 = _errs8 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 7];
}
else {
if(_valid0){
valid0 = true;
passing0 = 7;
if(props0 !== true){
props0 = true;
}
}
const _errs9 = errors;
if(!(validate47(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
var _valid0 = _errs9 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 8];
}
else {
if(_valid0){
valid0 = true;
passing0 = 8;
if(props0 !== true){
props0 = true;
}
}
const _errs10 = errors;
if(!(validate50(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate50.errors : vErrors.concat(validate50.errors);
errors = vErrors.length;
}
var _valid0 = _errs10 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 9];
}
else {
if(_valid0){
valid0 = true;
passing0 = 9;
if(props0 !== true){
props0 = true;
}
}
const _errs11 = errors;
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
var _valid0 = _errs11 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 10];
}
else {
if(_valid0){
valid0 = true;
passing0 = 10;
if(props0 !== true){
props0 = true;
}
}
const _errs12 = errors;
if(!(validate56(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
errors = vErrors.length;
}
var _valid0 = _errs12 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 11];
}
else {
if(_valid0){
valid0 = true;
passing0 = 11;
if(props0 !== true){
props0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
if(!valid0){
const err0 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate21.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate21.evaluated = {"dynamicProps":true,"dynamicItems":false};

const schema86 = {"type":"object","additionalProperties":false,"required":["agent","path","file","reason","message"],"properties":{"agent":{"type":"string","description":"the id, or the path of a file without one"},"path":{"type":"string"},"file":{"type":"string"},"reason":{"enum":["Invalid","Stopped","Paused","Held","HoldBlocksRetirement","Isolated","Busy","PowerUnknown","PartialReading","RetryLater","GraceRunning","RevisionBehind","ResizeImpossible","NoSuchOffer","Failed","EndedNotRetired","PaidButRetired","SpareServer","HostKeyUnknown","ForeignFirewall","ServerGone","Deprecated"]},"message":{"type":"string"},"until":{"$ref":"#/$defs/time"}}};

function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate62.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.agent === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.path === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.file === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "file"},message:"must have required property '"+"file"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.reason === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.message === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key0 in data){
if(!((((((key0 === "agent") || (key0 === "path")) || (key0 === "file")) || (key0 === "reason")) || (key0 === "message")) || (key0 === "until"))){
const err5 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.agent !== undefined){
if(typeof data.agent !== "string"){
const err6 = {instancePath:instancePath+"/agent",schemaPath:"#/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.path !== undefined){
if(typeof data.path !== "string"){
const err7 = {instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.file !== undefined){
if(typeof data.file !== "string"){
const err8 = {instancePath:instancePath+"/file",schemaPath:"#/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.reason !== undefined){
let data3 = data.reason;
if(!((((((((((((((((((((((data3 === "Invalid") || (data3 === "Stopped")) || (data3 === "Paused")) || (data3 === "Held")) || (data3 === "HoldBlocksRetirement")) || (data3 === "Isolated")) || (data3 === "Busy")) || (data3 === "PowerUnknown")) || (data3 === "PartialReading")) || (data3 === "RetryLater")) || (data3 === "GraceRunning")) || (data3 === "RevisionBehind")) || (data3 === "ResizeImpossible")) || (data3 === "NoSuchOffer")) || (data3 === "Failed")) || (data3 === "EndedNotRetired")) || (data3 === "PaidButRetired")) || (data3 === "SpareServer")) || (data3 === "HostKeyUnknown")) || (data3 === "ForeignFirewall")) || (data3 === "ServerGone")) || (data3 === "Deprecated"))){
const err9 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/enum",keyword:"enum",params:{allowedValues: schema86.properties.reason.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.message !== undefined){
if(typeof data.message !== "string"){
const err10 = {instancePath:instancePath+"/message",schemaPath:"#/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.until !== undefined){
let data5 = data.until;
if(typeof data5 === "string"){
if(!(formats0.test(data5))){
const err11 = {instancePath:instancePath+"/until",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/until",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
validate62.errors = vErrors;
return errors === 0;
}
validate62.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema88 = {"type":"object","additionalProperties":false,"required":["resource","id","name","why","decision"],"properties":{"resource":{"enum":["server","device","state","lock","primaryIp","sshKey","authKey","snapshot"]},"id":{"type":"string"},"name":{"type":"string"},"created":{"$ref":"#/$defs/time"},"labels":{"type":"object","additionalProperties":{"type":"string"}},"location":{"type":"string"},"monthlyCost":{"type":"number"},"why":{"type":"string"},"decision":{"enum":["new","undecided","destroy","adopt","keep"]}}};

function validate64(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate64.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resource === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "resource"},message:"must have required property '"+"resource"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.id === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "id"},message:"must have required property '"+"id"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.name === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.why === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "why"},message:"must have required property '"+"why"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.decision === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "decision"},message:"must have required property '"+"decision"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema88.properties, key0))){
const err5 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.resource !== undefined){
let data0 = data.resource;
if(!((((((((data0 === "server") || (data0 === "device")) || (data0 === "state")) || (data0 === "lock")) || (data0 === "primaryIp")) || (data0 === "sshKey")) || (data0 === "authKey")) || (data0 === "snapshot"))){
const err6 = {instancePath:instancePath+"/resource",schemaPath:"#/properties/resource/enum",keyword:"enum",params:{allowedValues: schema88.properties.resource.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.id !== undefined){
if(typeof data.id !== "string"){
const err7 = {instancePath:instancePath+"/id",schemaPath:"#/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.name !== undefined){
if(typeof data.name !== "string"){
const err8 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.created !== undefined){
let data3 = data.created;
if(typeof data3 === "string"){
if(!(formats0.test(data3))){
const err9 = {instancePath:instancePath+"/created",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/created",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.labels !== undefined){
let data4 = data.labels;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
for(const key1 in data4){
if(typeof data4[key1] !== "string"){
const err11 = {instancePath:instancePath+"/labels/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/labels/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.location !== undefined){
if(typeof data.location !== "string"){
const err13 = {instancePath:instancePath+"/location",schemaPath:"#/properties/location/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.monthlyCost !== undefined){
let data7 = data.monthlyCost;
if(!((typeof data7 == "number") && (isFinite(data7)))){
const err14 = {instancePath:instancePath+"/monthlyCost",schemaPath:"#/properties/monthlyCost/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.why !== undefined){
if(typeof data.why !== "string"){
const err15 = {instancePath:instancePath+"/why",schemaPath:"#/properties/why/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.decision !== undefined){
let data9 = data.decision;
if(!(((((data9 === "new") || (data9 === "undecided")) || (data9 === "destroy")) || (data9 === "adopt")) || (data9 === "keep"))){
const err16 = {instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema88.properties.decision.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
validate64.errors = vErrors;
return errors === 0;
}
validate64.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://aura.dev/schemas/plan.schema.json" */;
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
if(data.fingerprint === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fingerprint"},message:"must have required property '"+"fingerprint"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.basis === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "basis"},message:"must have required property '"+"basis"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.reading === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reading"},message:"must have required property '"+"reading"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.fleet === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fleet"},message:"must have required property '"+"fleet"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.changes === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "changes"},message:"must have required property '"+"changes"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.deferred === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "deferred"},message:"must have required property '"+"deferred"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.refused === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "refused"},message:"must have required property '"+"refused"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.endings === undefined){
const err9 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "endings"},message:"must have required property '"+"endings"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data.idle === undefined){
const err10 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "idle"},message:"must have required property '"+"idle"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data.orphans === undefined){
const err11 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "orphans"},message:"must have required property '"+"orphans"+"'"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data.unreadable === undefined){
const err12 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "unreadable"},message:"must have required property '"+"unreadable"+"'"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data.waiting === undefined){
const err13 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "waiting"},message:"must have required property '"+"waiting"+"'"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data.degraded === undefined){
const err14 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "degraded"},message:"must have required property '"+"degraded"+"'"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data.foreign === undefined){
const err15 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "foreign"},message:"must have required property '"+"foreign"+"'"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data.others === undefined){
const err16 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "others"},message:"must have required property '"+"others"+"'"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data.locks === undefined){
const err17 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "locks"},message:"must have required property '"+"locks"+"'"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data.removed === undefined){
const err18 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "removed"},message:"must have required property '"+"removed"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data.finished === undefined){
const err19 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "finished"},message:"must have required property '"+"finished"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data.breakers === undefined){
const err20 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "breakers"},message:"must have required property '"+"breakers"+"'"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data.deepChecks === undefined){
const err21 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "deepChecks"},message:"must have required property '"+"deepChecks"+"'"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data.refunds === undefined){
const err22 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "refunds"},message:"must have required property '"+"refunds"+"'"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data.cost === undefined){
const err23 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "cost"},message:"must have required property '"+"cost"+"'"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data.prices === undefined){
const err24 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "prices"},message:"must have required property '"+"prices"+"'"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data.counts === undefined){
const err25 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "counts"},message:"must have required property '"+"counts"+"'"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data.nextDueAt === undefined){
const err26 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "nextDueAt"},message:"must have required property '"+"nextDueAt"+"'"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema31.properties, key0))){
const err27 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.apiVersion !== undefined){
if("aura.dev/v1" !== data.apiVersion){
const err28 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/const",keyword:"const",params:{allowedValue: "aura.dev/v1"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.kind !== undefined){
if("Plan" !== data.kind){
const err29 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "Plan"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data.fingerprint !== undefined){
let data2 = data.fingerprint;
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
const err30 = {instancePath:instancePath+"/fingerprint",schemaPath:"#/properties/fingerprint/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},message:"must match pattern \""+"^[0-9a-f]{64}$"+"\""};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/fingerprint",schemaPath:"#/properties/fingerprint/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data.basis !== undefined){
let data3 = data.basis;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.fleet === undefined){
const err32 = {instancePath:instancePath+"/basis",schemaPath:"#/properties/basis/required",keyword:"required",params:{missingProperty: "fleet"},message:"must have required property '"+"fleet"+"'"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(data3.main === undefined){
const err33 = {instancePath:instancePath+"/basis",schemaPath:"#/properties/basis/required",keyword:"required",params:{missingProperty: "main"},message:"must have required property '"+"main"+"'"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(data3.status === undefined){
const err34 = {instancePath:instancePath+"/basis",schemaPath:"#/properties/basis/required",keyword:"required",params:{missingProperty: "status"},message:"must have required property '"+"status"+"'"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(data3.at === undefined){
const err35 = {instancePath:instancePath+"/basis",schemaPath:"#/properties/basis/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
for(const key1 in data3){
if(!((((key1 === "fleet") || (key1 === "main")) || (key1 === "status")) || (key1 === "at"))){
const err36 = {instancePath:instancePath+"/basis",schemaPath:"#/properties/basis/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data3.fleet !== undefined){
if(typeof data3.fleet !== "string"){
const err37 = {instancePath:instancePath+"/basis/fleet",schemaPath:"#/properties/basis/properties/fleet/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data3.main !== undefined){
let data5 = data3.main;
if(typeof data5 === "string"){
if(!pattern5.test(data5)){
const err38 = {instancePath:instancePath+"/basis/main",schemaPath:"#/$defs/oid/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40}([0-9a-f]{24})?$"},message:"must match pattern \""+"^[0-9a-f]{40}([0-9a-f]{24})?$"+"\""};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/basis/main",schemaPath:"#/$defs/oid/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data3.status !== undefined){
let data6 = data3.status;
const _errs15 = errors;
let valid3 = false;
const _errs16 = errors;
if(typeof data6 === "string"){
if(!pattern5.test(data6)){
const err40 = {instancePath:instancePath+"/basis/status",schemaPath:"#/$defs/oid/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40}([0-9a-f]{24})?$"},message:"must match pattern \""+"^[0-9a-f]{40}([0-9a-f]{24})?$"+"\""};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/basis/status",schemaPath:"#/$defs/oid/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
var _valid0 = _errs16 === errors;
valid3 = valid3 || _valid0;
const _errs19 = errors;
if(data6 !== null){
const err42 = {instancePath:instancePath+"/basis/status",schemaPath:"#/properties/basis/properties/status/anyOf/1/type",keyword:"type",params:{type: "null"},message:"must be null"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
var _valid0 = _errs19 === errors;
valid3 = valid3 || _valid0;
if(!valid3){
const err43 = {instancePath:instancePath+"/basis/status",schemaPath:"#/properties/basis/properties/status/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
else {
errors = _errs15;
if(vErrors !== null){
if(_errs15){
vErrors.length = _errs15;
}
else {
vErrors = null;
}
}
}
}
if(data3.at !== undefined){
let data7 = data3.at;
if(typeof data7 === "string"){
if(!(formats0.test(data7))){
const err44 = {instancePath:instancePath+"/basis/at",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
else {
const err45 = {instancePath:instancePath+"/basis/at",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err46 = {instancePath:instancePath+"/basis",schemaPath:"#/properties/basis/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data.reading !== undefined){
let data8 = data.reading;
const _errs25 = errors;
let valid6 = false;
let passing0 = null;
const _errs26 = errors;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.kind === undefined){
const err47 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/0/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
for(const key2 in data8){
if(!(key2 === "kind")){
const err48 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data8.kind !== undefined){
if("complete" !== data8.kind){
const err49 = {instancePath:instancePath+"/reading/kind",schemaPath:"#/properties/reading/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "complete"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
else {
const err50 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
var _valid1 = _errs26 === errors;
if(_valid1){
valid6 = true;
passing0 = 0;
var props0 = true;
}
const _errs30 = errors;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.kind === undefined){
const err51 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/1/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
if(data8.agents === undefined){
const err52 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/1/required",keyword:"required",params:{missingProperty: "agents"},message:"must have required property '"+"agents"+"'"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
for(const key3 in data8){
if(!((key3 === "kind") || (key3 === "agents"))){
const err53 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data8.kind !== undefined){
if("named" !== data8.kind){
const err54 = {instancePath:instancePath+"/reading/kind",schemaPath:"#/properties/reading/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "named"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data8.agents !== undefined){
let data11 = data8.agents;
if(Array.isArray(data11)){
const len0 = data11.length;
for(let i0=0; i0<len0; i0++){
if(typeof data11[i0] !== "string"){
const err55 = {instancePath:instancePath+"/reading/agents/" + i0,schemaPath:"#/properties/reading/oneOf/1/properties/agents/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
}
else {
const err56 = {instancePath:instancePath+"/reading/agents",schemaPath:"#/properties/reading/oneOf/1/properties/agents/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
else {
const err57 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
var _valid1 = _errs30 === errors;
if(_valid1 && valid6){
valid6 = false;
passing0 = [passing0, 1];
}
else {
if(_valid1){
valid6 = true;
passing0 = 1;
if(props0 !== true){
props0 = true;
}
}
const _errs38 = errors;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.kind === undefined){
const err58 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/2/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if(data8.reasons === undefined){
const err59 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/2/required",keyword:"required",params:{missingProperty: "reasons"},message:"must have required property '"+"reasons"+"'"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
for(const key4 in data8){
if(!((key4 === "kind") || (key4 === "reasons"))){
const err60 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data8.kind !== undefined){
if("partial" !== data8.kind){
const err61 = {instancePath:instancePath+"/reading/kind",schemaPath:"#/properties/reading/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "partial"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data8.reasons !== undefined){
let data14 = data8.reasons;
if(Array.isArray(data14)){
if(data14.length < 1){
const err62 = {instancePath:instancePath+"/reading/reasons",schemaPath:"#/properties/reading/oneOf/2/properties/reasons/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
const len1 = data14.length;
for(let i1=0; i1<len1; i1++){
let data15 = data14[i1];
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(data15.source === undefined){
const err63 = {instancePath:instancePath+"/reading/reasons/" + i1,schemaPath:"#/$defs/partialReason/required",keyword:"required",params:{missingProperty: "source"},message:"must have required property '"+"source"+"'"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
if(data15.detail === undefined){
const err64 = {instancePath:instancePath+"/reading/reasons/" + i1,schemaPath:"#/$defs/partialReason/required",keyword:"required",params:{missingProperty: "detail"},message:"must have required property '"+"detail"+"'"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
for(const key5 in data15){
if(!((key5 === "source") || (key5 === "detail"))){
const err65 = {instancePath:instancePath+"/reading/reasons/" + i1,schemaPath:"#/$defs/partialReason/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data15.source !== undefined){
let data16 = data15.source;
if(!(((((((((data16 === "servers") || (data16 === "devices")) || (data16 === "states")) || (data16 === "addresses")) || (data16 === "prices")) || (data16 === "files")) || (data16 === "status")) || (data16 === "fleet")) || (data16 === "clock"))){
const err66 = {instancePath:instancePath+"/reading/reasons/" + i1+"/source",schemaPath:"#/$defs/partialReason/properties/source/enum",keyword:"enum",params:{allowedValues: schema35.properties.source.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data15.detail !== undefined){
if(typeof data15.detail !== "string"){
const err67 = {instancePath:instancePath+"/reading/reasons/" + i1+"/detail",schemaPath:"#/$defs/partialReason/properties/detail/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
}
else {
const err68 = {instancePath:instancePath+"/reading/reasons/" + i1,schemaPath:"#/$defs/partialReason/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
}
else {
const err69 = {instancePath:instancePath+"/reading/reasons",schemaPath:"#/properties/reading/oneOf/2/properties/reasons/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
else {
const err70 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
var _valid1 = _errs38 === errors;
if(_valid1 && valid6){
valid6 = false;
passing0 = [passing0, 2];
}
else {
if(_valid1){
valid6 = true;
passing0 = 2;
if(props0 !== true){
props0 = true;
}
}
}
}
if(!valid6){
const err71 = {instancePath:instancePath+"/reading",schemaPath:"#/properties/reading/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
else {
errors = _errs25;
if(vErrors !== null){
if(_errs25){
vErrors.length = _errs25;
}
else {
vErrors = null;
}
}
}
}
if(data.stop !== undefined){
if(typeof data.stop !== "string"){
const err72 = {instancePath:instancePath+"/stop",schemaPath:"#/properties/stop/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
if(data.fleet !== undefined){
let data19 = data.fleet;
if(!(((data19 === "none") || (data19 === "create")) || (data19 === "update"))){
const err73 = {instancePath:instancePath+"/fleet",schemaPath:"#/properties/fleet/enum",keyword:"enum",params:{allowedValues: schema31.properties.fleet.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data.changes !== undefined){
let data20 = data.changes;
if(Array.isArray(data20)){
const len2 = data20.length;
for(let i2=0; i2<len2; i2++){
if(!(validate21(data20[i2], {instancePath:instancePath+"/changes/" + i2,parentData:data20,parentDataProperty:i2,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err74 = {instancePath:instancePath+"/changes",schemaPath:"#/properties/changes/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data.deferred !== undefined){
let data22 = data.deferred;
if(Array.isArray(data22)){
const len3 = data22.length;
for(let i3=0; i3<len3; i3++){
let data23 = data22[i3];
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if(data23.change === undefined){
const err75 = {instancePath:instancePath+"/deferred/" + i3,schemaPath:"#/properties/deferred/items/required",keyword:"required",params:{missingProperty: "change"},message:"must have required property '"+"change"+"'"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if(data23.limit === undefined){
const err76 = {instancePath:instancePath+"/deferred/" + i3,schemaPath:"#/properties/deferred/items/required",keyword:"required",params:{missingProperty: "limit"},message:"must have required property '"+"limit"+"'"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
if(data23.place === undefined){
const err77 = {instancePath:instancePath+"/deferred/" + i3,schemaPath:"#/properties/deferred/items/required",keyword:"required",params:{missingProperty: "place"},message:"must have required property '"+"place"+"'"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
if(data23.message === undefined){
const err78 = {instancePath:instancePath+"/deferred/" + i3,schemaPath:"#/properties/deferred/items/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
for(const key6 in data23){
if(!(((((key6 === "change") || (key6 === "limit")) || (key6 === "place")) || (key6 === "message")) || (key6 === "freeAt"))){
const err79 = {instancePath:instancePath+"/deferred/" + i3,schemaPath:"#/properties/deferred/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data23.change !== undefined){
if(!(validate21(data23.change, {instancePath:instancePath+"/deferred/" + i3+"/change",parentData:data23,parentDataProperty:"change",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
if(data23.limit !== undefined){
let data25 = data23.limit;
if(!(((((((((((((((data25 === "createsPerRun") || (data25 === "createsPerHour")) || (data25 === "createsPerCustomerPerHour")) || (data25 === "agentsPerCustomer")) || (data25 === "fleetCost")) || (data25 === "planCost")) || (data25 === "retiresPerHour")) || (data25 === "retiresPerDay")) || (data25 === "replacesPerHour")) || (data25 === "replacesPerDay")) || (data25 === "burst")) || (data25 === "unprovenAlone")) || (data25 === "rollbacksPerHour")) || (data25 === "disruptionsPerRun")) || (data25 === "breaker"))){
const err80 = {instancePath:instancePath+"/deferred/" + i3+"/limit",schemaPath:"#/$defs/limitName/enum",keyword:"enum",params:{allowedValues: schema80.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data23.place !== undefined){
let data26 = data23.place;
if(!(((typeof data26 == "number") && (!(data26 % 1) && !isNaN(data26))) && (isFinite(data26)))){
const err81 = {instancePath:instancePath+"/deferred/" + i3+"/place",schemaPath:"#/properties/deferred/items/properties/place/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 < 1 || isNaN(data26)){
const err82 = {instancePath:instancePath+"/deferred/" + i3+"/place",schemaPath:"#/properties/deferred/items/properties/place/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
}
if(data23.message !== undefined){
if(typeof data23.message !== "string"){
const err83 = {instancePath:instancePath+"/deferred/" + i3+"/message",schemaPath:"#/properties/deferred/items/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data23.freeAt !== undefined){
let data28 = data23.freeAt;
if(typeof data28 === "string"){
if(!(formats0.test(data28))){
const err84 = {instancePath:instancePath+"/deferred/" + i3+"/freeAt",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
else {
const err85 = {instancePath:instancePath+"/deferred/" + i3+"/freeAt",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
}
else {
const err86 = {instancePath:instancePath+"/deferred/" + i3,schemaPath:"#/properties/deferred/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
}
else {
const err87 = {instancePath:instancePath+"/deferred",schemaPath:"#/properties/deferred/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
if(data.refused !== undefined){
let data29 = data.refused;
if(Array.isArray(data29)){
const len4 = data29.length;
for(let i4=0; i4<len4; i4++){
let data30 = data29[i4];
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
if(data30.change === undefined){
const err88 = {instancePath:instancePath+"/refused/" + i4,schemaPath:"#/properties/refused/items/required",keyword:"required",params:{missingProperty: "change"},message:"must have required property '"+"change"+"'"};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
if(data30.limit === undefined){
const err89 = {instancePath:instancePath+"/refused/" + i4,schemaPath:"#/properties/refused/items/required",keyword:"required",params:{missingProperty: "limit"},message:"must have required property '"+"limit"+"'"};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
if(data30.message === undefined){
const err90 = {instancePath:instancePath+"/refused/" + i4,schemaPath:"#/properties/refused/items/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
for(const key7 in data30){
if(!((((key7 === "change") || (key7 === "limit")) || (key7 === "message")) || (key7 === "freeAt"))){
const err91 = {instancePath:instancePath+"/refused/" + i4,schemaPath:"#/properties/refused/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
if(data30.change !== undefined){
if(!(validate21(data30.change, {instancePath:instancePath+"/refused/" + i4+"/change",parentData:data30,parentDataProperty:"change",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
if(data30.limit !== undefined){
let data32 = data30.limit;
if(!(((((((((((((((data32 === "createsPerRun") || (data32 === "createsPerHour")) || (data32 === "createsPerCustomerPerHour")) || (data32 === "agentsPerCustomer")) || (data32 === "fleetCost")) || (data32 === "planCost")) || (data32 === "retiresPerHour")) || (data32 === "retiresPerDay")) || (data32 === "replacesPerHour")) || (data32 === "replacesPerDay")) || (data32 === "burst")) || (data32 === "unprovenAlone")) || (data32 === "rollbacksPerHour")) || (data32 === "disruptionsPerRun")) || (data32 === "breaker"))){
const err92 = {instancePath:instancePath+"/refused/" + i4+"/limit",schemaPath:"#/$defs/limitName/enum",keyword:"enum",params:{allowedValues: schema80.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
if(data30.message !== undefined){
if(typeof data30.message !== "string"){
const err93 = {instancePath:instancePath+"/refused/" + i4+"/message",schemaPath:"#/properties/refused/items/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data30.freeAt !== undefined){
let data34 = data30.freeAt;
if(typeof data34 === "string"){
if(!(formats0.test(data34))){
const err94 = {instancePath:instancePath+"/refused/" + i4+"/freeAt",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
else {
const err95 = {instancePath:instancePath+"/refused/" + i4+"/freeAt",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
}
else {
const err96 = {instancePath:instancePath+"/refused/" + i4,schemaPath:"#/properties/refused/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
}
else {
const err97 = {instancePath:instancePath+"/refused",schemaPath:"#/properties/refused/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
if(data.endings !== undefined){
let data35 = data.endings;
if(Array.isArray(data35)){
const len5 = data35.length;
for(let i5=0; i5<len5; i5++){
let data36 = data35[i5];
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
if(data36.agent === undefined){
const err98 = {instancePath:instancePath+"/endings/" + i5,schemaPath:"#/properties/endings/items/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
if(data36.change === undefined){
const err99 = {instancePath:instancePath+"/endings/" + i5,schemaPath:"#/properties/endings/items/required",keyword:"required",params:{missingProperty: "change"},message:"must have required property '"+"change"+"'"};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
if(data36.of === undefined){
const err100 = {instancePath:instancePath+"/endings/" + i5,schemaPath:"#/properties/endings/items/required",keyword:"required",params:{missingProperty: "of"},message:"must have required property '"+"of"+"'"};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
if(data36.seen === undefined){
const err101 = {instancePath:instancePath+"/endings/" + i5,schemaPath:"#/properties/endings/items/required",keyword:"required",params:{missingProperty: "seen"},message:"must have required property '"+"seen"+"'"};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
for(const key8 in data36){
if(!((((key8 === "agent") || (key8 === "change")) || (key8 === "of")) || (key8 === "seen"))){
const err102 = {instancePath:instancePath+"/endings/" + i5,schemaPath:"#/properties/endings/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
if(data36.agent !== undefined){
let data37 = data36.agent;
if(typeof data37 === "string"){
if(!pattern7.test(data37)){
const err103 = {instancePath:instancePath+"/endings/" + i5+"/agent",schemaPath:"#/$defs/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
else {
const err104 = {instancePath:instancePath+"/endings/" + i5+"/agent",schemaPath:"#/$defs/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
if(data36.change !== undefined){
let data38 = data36.change;
if(!((data38 === "retire") || (data38 === "replace"))){
const err105 = {instancePath:instancePath+"/endings/" + i5+"/change",schemaPath:"#/properties/endings/items/properties/change/enum",keyword:"enum",params:{allowedValues: schema31.properties.endings.items.properties.change.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
if(data36.of !== undefined){
if(typeof data36.of !== "string"){
const err106 = {instancePath:instancePath+"/endings/" + i5+"/of",schemaPath:"#/properties/endings/items/properties/of/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
if(data36.seen !== undefined){
let data40 = data36.seen;
if(typeof data40 === "string"){
if(!(formats0.test(data40))){
const err107 = {instancePath:instancePath+"/endings/" + i5+"/seen",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
else {
const err108 = {instancePath:instancePath+"/endings/" + i5+"/seen",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
}
else {
const err109 = {instancePath:instancePath+"/endings/" + i5,schemaPath:"#/properties/endings/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
}
else {
const err110 = {instancePath:instancePath+"/endings",schemaPath:"#/properties/endings/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
if(data.idle !== undefined){
let data41 = data.idle;
if(Array.isArray(data41)){
const len6 = data41.length;
for(let i6=0; i6<len6; i6++){
if(!(validate62(data41[i6], {instancePath:instancePath+"/idle/" + i6,parentData:data41,parentDataProperty:i6,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
}
}
else {
const err111 = {instancePath:instancePath+"/idle",schemaPath:"#/properties/idle/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
if(data.orphans !== undefined){
let data43 = data.orphans;
if(Array.isArray(data43)){
const len7 = data43.length;
for(let i7=0; i7<len7; i7++){
if(!(validate64(data43[i7], {instancePath:instancePath+"/orphans/" + i7,parentData:data43,parentDataProperty:i7,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
errors = vErrors.length;
}
}
}
else {
const err112 = {instancePath:instancePath+"/orphans",schemaPath:"#/properties/orphans/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
if(data.unreadable !== undefined){
let data45 = data.unreadable;
if(Array.isArray(data45)){
const len8 = data45.length;
for(let i8=0; i8<len8; i8++){
let data46 = data45[i8];
if(data46 && typeof data46 == "object" && !Array.isArray(data46)){
if(data46.path === undefined){
const err113 = {instancePath:instancePath+"/unreadable/" + i8,schemaPath:"#/properties/unreadable/items/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'"};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
if(data46.message === undefined){
const err114 = {instancePath:instancePath+"/unreadable/" + i8,schemaPath:"#/properties/unreadable/items/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
for(const key9 in data46){
if(!((key9 === "path") || (key9 === "message"))){
const err115 = {instancePath:instancePath+"/unreadable/" + i8,schemaPath:"#/properties/unreadable/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
if(data46.path !== undefined){
if(typeof data46.path !== "string"){
const err116 = {instancePath:instancePath+"/unreadable/" + i8+"/path",schemaPath:"#/properties/unreadable/items/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
}
if(data46.message !== undefined){
if(typeof data46.message !== "string"){
const err117 = {instancePath:instancePath+"/unreadable/" + i8+"/message",schemaPath:"#/properties/unreadable/items/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
}
else {
const err118 = {instancePath:instancePath+"/unreadable/" + i8,schemaPath:"#/properties/unreadable/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
}
else {
const err119 = {instancePath:instancePath+"/unreadable",schemaPath:"#/properties/unreadable/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
if(data.waiting !== undefined){
let data49 = data.waiting;
if(Array.isArray(data49)){
const len9 = data49.length;
for(let i9=0; i9<len9; i9++){
let data50 = data49[i9];
if(data50 && typeof data50 == "object" && !Array.isArray(data50)){
if(data50.server === undefined){
const err120 = {instancePath:instancePath+"/waiting/" + i9,schemaPath:"#/properties/waiting/items/required",keyword:"required",params:{missingProperty: "server"},message:"must have required property '"+"server"+"'"};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
if(data50.agent === undefined){
const err121 = {instancePath:instancePath+"/waiting/" + i9,schemaPath:"#/properties/waiting/items/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
if(data50.message === undefined){
const err122 = {instancePath:instancePath+"/waiting/" + i9,schemaPath:"#/properties/waiting/items/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
for(const key10 in data50){
if(!(((key10 === "server") || (key10 === "agent")) || (key10 === "message"))){
const err123 = {instancePath:instancePath+"/waiting/" + i9,schemaPath:"#/properties/waiting/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
if(data50.server !== undefined){
let data51 = data50.server;
if(typeof data51 === "string"){
if(!pattern11.test(data51)){
const err124 = {instancePath:instancePath+"/waiting/" + i9+"/server",schemaPath:"#/$defs/serverId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
else {
const err125 = {instancePath:instancePath+"/waiting/" + i9+"/server",schemaPath:"#/$defs/serverId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
if(data50.agent !== undefined){
if(typeof data50.agent !== "string"){
const err126 = {instancePath:instancePath+"/waiting/" + i9+"/agent",schemaPath:"#/properties/waiting/items/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
if(data50.message !== undefined){
if(typeof data50.message !== "string"){
const err127 = {instancePath:instancePath+"/waiting/" + i9+"/message",schemaPath:"#/properties/waiting/items/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
}
else {
const err128 = {instancePath:instancePath+"/waiting/" + i9,schemaPath:"#/properties/waiting/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
}
else {
const err129 = {instancePath:instancePath+"/waiting",schemaPath:"#/properties/waiting/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
if(data.degraded !== undefined){
let data54 = data.degraded;
if(Array.isArray(data54)){
const len10 = data54.length;
for(let i10=0; i10<len10; i10++){
let data55 = data54[i10];
if(data55 && typeof data55 == "object" && !Array.isArray(data55)){
if(data55.agent === undefined){
const err130 = {instancePath:instancePath+"/degraded/" + i10,schemaPath:"#/properties/degraded/items/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
if(data55.reason === undefined){
const err131 = {instancePath:instancePath+"/degraded/" + i10,schemaPath:"#/properties/degraded/items/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
if(data55.message === undefined){
const err132 = {instancePath:instancePath+"/degraded/" + i10,schemaPath:"#/properties/degraded/items/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
for(const key11 in data55){
if(!(((key11 === "agent") || (key11 === "reason")) || (key11 === "message"))){
const err133 = {instancePath:instancePath+"/degraded/" + i10,schemaPath:"#/properties/degraded/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
if(data55.agent !== undefined){
if(typeof data55.agent !== "string"){
const err134 = {instancePath:instancePath+"/degraded/" + i10+"/agent",schemaPath:"#/properties/degraded/items/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
if(data55.reason !== undefined){
let data57 = data55.reason;
if(!((((data57 === "DeviceOffline") || (data57 === "PortOpen")) || (data57 === "PowerUnknown")) || (data57 === "ServerLocked"))){
const err135 = {instancePath:instancePath+"/degraded/" + i10+"/reason",schemaPath:"#/properties/degraded/items/properties/reason/enum",keyword:"enum",params:{allowedValues: schema31.properties.degraded.items.properties.reason.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
if(data55.message !== undefined){
if(typeof data55.message !== "string"){
const err136 = {instancePath:instancePath+"/degraded/" + i10+"/message",schemaPath:"#/properties/degraded/items/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
}
else {
const err137 = {instancePath:instancePath+"/degraded/" + i10,schemaPath:"#/properties/degraded/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
}
else {
const err138 = {instancePath:instancePath+"/degraded",schemaPath:"#/properties/degraded/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
}
if(data.foreign !== undefined){
let data59 = data.foreign;
const _errs137 = errors;
let valid47 = false;
let passing1 = null;
const _errs138 = errors;
if(data59 && typeof data59 == "object" && !Array.isArray(data59)){
if(data59.servers === undefined){
const err139 = {instancePath:instancePath+"/foreign",schemaPath:"#/properties/foreign/oneOf/0/required",keyword:"required",params:{missingProperty: "servers"},message:"must have required property '"+"servers"+"'"};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
if(data59.monthlyCost === undefined){
const err140 = {instancePath:instancePath+"/foreign",schemaPath:"#/properties/foreign/oneOf/0/required",keyword:"required",params:{missingProperty: "monthlyCost"},message:"must have required property '"+"monthlyCost"+"'"};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
for(const key12 in data59){
if(!((key12 === "servers") || (key12 === "monthlyCost"))){
const err141 = {instancePath:instancePath+"/foreign",schemaPath:"#/properties/foreign/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
if(data59.servers !== undefined){
let data60 = data59.servers;
if(!(((typeof data60 == "number") && (!(data60 % 1) && !isNaN(data60))) && (isFinite(data60)))){
const err142 = {instancePath:instancePath+"/foreign/servers",schemaPath:"#/properties/foreign/oneOf/0/properties/servers/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
if((typeof data60 == "number") && (isFinite(data60))){
if(data60 < 0 || isNaN(data60)){
const err143 = {instancePath:instancePath+"/foreign/servers",schemaPath:"#/properties/foreign/oneOf/0/properties/servers/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
}
if(data59.monthlyCost !== undefined){
let data61 = data59.monthlyCost;
if((typeof data61 == "number") && (isFinite(data61))){
if(data61 < 0 || isNaN(data61)){
const err144 = {instancePath:instancePath+"/foreign/monthlyCost",schemaPath:"#/properties/foreign/oneOf/0/properties/monthlyCost/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
else {
const err145 = {instancePath:instancePath+"/foreign/monthlyCost",schemaPath:"#/properties/foreign/oneOf/0/properties/monthlyCost/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
}
}
else {
const err146 = {instancePath:instancePath+"/foreign",schemaPath:"#/properties/foreign/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
var _valid2 = _errs138 === errors;
if(_valid2){
valid47 = true;
passing1 = 0;
}
const _errs145 = errors;
if(data59 !== null){
const err147 = {instancePath:instancePath+"/foreign",schemaPath:"#/properties/foreign/oneOf/1/type",keyword:"type",params:{type: "null"},message:"must be null"};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
var _valid2 = _errs145 === errors;
if(_valid2 && valid47){
valid47 = false;
passing1 = [passing1, 1];
}
else {
if(_valid2){
valid47 = true;
passing1 = 1;
}
}
if(!valid47){
const err148 = {instancePath:instancePath+"/foreign",schemaPath:"#/properties/foreign/oneOf",keyword:"oneOf",params:{passingSchemas: passing1},message:"must match exactly one schema in oneOf"};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
else {
errors = _errs137;
if(vErrors !== null){
if(_errs137){
vErrors.length = _errs137;
}
else {
vErrors = null;
}
}
}
}
if(data.others !== undefined){
let data62 = data.others;
const _errs148 = errors;
let valid49 = false;
let passing2 = null;
const _errs149 = errors;
if(data62 && typeof data62 == "object" && !Array.isArray(data62)){
if(data62.servers === undefined){
const err149 = {instancePath:instancePath+"/others",schemaPath:"#/properties/others/oneOf/0/required",keyword:"required",params:{missingProperty: "servers"},message:"must have required property '"+"servers"+"'"};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
if(data62.primaryIps === undefined){
const err150 = {instancePath:instancePath+"/others",schemaPath:"#/properties/others/oneOf/0/required",keyword:"required",params:{missingProperty: "primaryIps"},message:"must have required property '"+"primaryIps"+"'"};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
if(data62.devices === undefined){
const err151 = {instancePath:instancePath+"/others",schemaPath:"#/properties/others/oneOf/0/required",keyword:"required",params:{missingProperty: "devices"},message:"must have required property '"+"devices"+"'"};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
for(const key13 in data62){
if(!(((key13 === "servers") || (key13 === "primaryIps")) || (key13 === "devices"))){
const err152 = {instancePath:instancePath+"/others",schemaPath:"#/properties/others/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
}
if(data62.servers !== undefined){
let data63 = data62.servers;
if(!(((typeof data63 == "number") && (!(data63 % 1) && !isNaN(data63))) && (isFinite(data63)))){
const err153 = {instancePath:instancePath+"/others/servers",schemaPath:"#/properties/others/oneOf/0/properties/servers/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
if((typeof data63 == "number") && (isFinite(data63))){
if(data63 < 0 || isNaN(data63)){
const err154 = {instancePath:instancePath+"/others/servers",schemaPath:"#/properties/others/oneOf/0/properties/servers/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
}
if(data62.primaryIps !== undefined){
let data64 = data62.primaryIps;
if(!(((typeof data64 == "number") && (!(data64 % 1) && !isNaN(data64))) && (isFinite(data64)))){
const err155 = {instancePath:instancePath+"/others/primaryIps",schemaPath:"#/properties/others/oneOf/0/properties/primaryIps/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
if((typeof data64 == "number") && (isFinite(data64))){
if(data64 < 0 || isNaN(data64)){
const err156 = {instancePath:instancePath+"/others/primaryIps",schemaPath:"#/properties/others/oneOf/0/properties/primaryIps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
}
}
if(data62.devices !== undefined){
let data65 = data62.devices;
if(!(((typeof data65 == "number") && (!(data65 % 1) && !isNaN(data65))) && (isFinite(data65)))){
const err157 = {instancePath:instancePath+"/others/devices",schemaPath:"#/properties/others/oneOf/0/properties/devices/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
if((typeof data65 == "number") && (isFinite(data65))){
if(data65 < 0 || isNaN(data65)){
const err158 = {instancePath:instancePath+"/others/devices",schemaPath:"#/properties/others/oneOf/0/properties/devices/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
}
}
}
else {
const err159 = {instancePath:instancePath+"/others",schemaPath:"#/properties/others/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
var _valid3 = _errs149 === errors;
if(_valid3){
valid49 = true;
passing2 = 0;
}
const _errs158 = errors;
if(data62 !== null){
const err160 = {instancePath:instancePath+"/others",schemaPath:"#/properties/others/oneOf/1/type",keyword:"type",params:{type: "null"},message:"must be null"};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
var _valid3 = _errs158 === errors;
if(_valid3 && valid49){
valid49 = false;
passing2 = [passing2, 1];
}
else {
if(_valid3){
valid49 = true;
passing2 = 1;
}
}
if(!valid49){
const err161 = {instancePath:instancePath+"/others",schemaPath:"#/properties/others/oneOf",keyword:"oneOf",params:{passingSchemas: passing2},message:"must match exactly one schema in oneOf"};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
else {
errors = _errs148;
if(vErrors !== null){
if(_errs148){
vErrors.length = _errs148;
}
else {
vErrors = null;
}
}
}
}
if(data.locks !== undefined){
let data66 = data.locks;
if(Array.isArray(data66)){
const len11 = data66.length;
for(let i11=0; i11<len11; i11++){
let data67 = data66[i11];
if(data67 && typeof data67 == "object" && !Array.isArray(data67)){
if(data67.key === undefined){
const err162 = {instancePath:instancePath+"/locks/" + i11,schemaPath:"#/properties/locks/items/required",keyword:"required",params:{missingProperty: "key"},message:"must have required property '"+"key"+"'"};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
if(data67.agent === undefined){
const err163 = {instancePath:instancePath+"/locks/" + i11,schemaPath:"#/properties/locks/items/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
if(data67.id === undefined){
const err164 = {instancePath:instancePath+"/locks/" + i11,schemaPath:"#/properties/locks/items/required",keyword:"required",params:{missingProperty: "id"},message:"must have required property '"+"id"+"'"};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
if(data67.who === undefined){
const err165 = {instancePath:instancePath+"/locks/" + i11,schemaPath:"#/properties/locks/items/required",keyword:"required",params:{missingProperty: "who"},message:"must have required property '"+"who"+"'"};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
if(data67.operation === undefined){
const err166 = {instancePath:instancePath+"/locks/" + i11,schemaPath:"#/properties/locks/items/required",keyword:"required",params:{missingProperty: "operation"},message:"must have required property '"+"operation"+"'"};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
if(data67.since === undefined){
const err167 = {instancePath:instancePath+"/locks/" + i11,schemaPath:"#/properties/locks/items/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
if(data67.dead === undefined){
const err168 = {instancePath:instancePath+"/locks/" + i11,schemaPath:"#/properties/locks/items/required",keyword:"required",params:{missingProperty: "dead"},message:"must have required property '"+"dead"+"'"};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
for(const key14 in data67){
if(!(((((((key14 === "key") || (key14 === "agent")) || (key14 === "id")) || (key14 === "who")) || (key14 === "operation")) || (key14 === "since")) || (key14 === "dead"))){
const err169 = {instancePath:instancePath+"/locks/" + i11,schemaPath:"#/properties/locks/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
if(data67.key !== undefined){
if(typeof data67.key !== "string"){
const err170 = {instancePath:instancePath+"/locks/" + i11+"/key",schemaPath:"#/properties/locks/items/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
if(data67.agent !== undefined){
if(typeof data67.agent !== "string"){
const err171 = {instancePath:instancePath+"/locks/" + i11+"/agent",schemaPath:"#/properties/locks/items/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
}
if(data67.id !== undefined){
if(typeof data67.id !== "string"){
const err172 = {instancePath:instancePath+"/locks/" + i11+"/id",schemaPath:"#/properties/locks/items/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
}
if(data67.who !== undefined){
if(typeof data67.who !== "string"){
const err173 = {instancePath:instancePath+"/locks/" + i11+"/who",schemaPath:"#/properties/locks/items/properties/who/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
if(data67.operation !== undefined){
if(typeof data67.operation !== "string"){
const err174 = {instancePath:instancePath+"/locks/" + i11+"/operation",schemaPath:"#/properties/locks/items/properties/operation/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
}
if(data67.since !== undefined){
let data73 = data67.since;
if(typeof data73 === "string"){
if(!(formats0.test(data73))){
const err175 = {instancePath:instancePath+"/locks/" + i11+"/since",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
}
else {
const err176 = {instancePath:instancePath+"/locks/" + i11+"/since",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
}
if(data67.dead !== undefined){
if(typeof data67.dead !== "boolean"){
const err177 = {instancePath:instancePath+"/locks/" + i11+"/dead",schemaPath:"#/properties/locks/items/properties/dead/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
}
}
else {
const err178 = {instancePath:instancePath+"/locks/" + i11,schemaPath:"#/properties/locks/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
}
}
else {
const err179 = {instancePath:instancePath+"/locks",schemaPath:"#/properties/locks/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
}
if(data.removed !== undefined){
let data75 = data.removed;
if(Array.isArray(data75)){
const len12 = data75.length;
for(let i12=0; i12<len12; i12++){
let data76 = data75[i12];
if(data76 && typeof data76 == "object" && !Array.isArray(data76)){
if(data76.agent === undefined){
const err180 = {instancePath:instancePath+"/removed/" + i12,schemaPath:"#/properties/removed/items/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
if(data76.path === undefined){
const err181 = {instancePath:instancePath+"/removed/" + i12,schemaPath:"#/properties/removed/items/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'"};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
for(const key15 in data76){
if(!((key15 === "agent") || (key15 === "path"))){
const err182 = {instancePath:instancePath+"/removed/" + i12,schemaPath:"#/properties/removed/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key15},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
}
if(data76.agent !== undefined){
if(typeof data76.agent !== "string"){
const err183 = {instancePath:instancePath+"/removed/" + i12+"/agent",schemaPath:"#/properties/removed/items/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
}
if(data76.path !== undefined){
if(typeof data76.path !== "string"){
const err184 = {instancePath:instancePath+"/removed/" + i12+"/path",schemaPath:"#/properties/removed/items/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
}
}
else {
const err185 = {instancePath:instancePath+"/removed/" + i12,schemaPath:"#/properties/removed/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
}
}
else {
const err186 = {instancePath:instancePath+"/removed",schemaPath:"#/properties/removed/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
}
if(data.finished !== undefined){
let data79 = data.finished;
if(Array.isArray(data79)){
const len13 = data79.length;
for(let i13=0; i13<len13; i13++){
let data80 = data79[i13];
if(data80 && typeof data80 == "object" && !Array.isArray(data80)){
if(data80.agent === undefined){
const err187 = {instancePath:instancePath+"/finished/" + i13,schemaPath:"#/properties/finished/items/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
if(data80.path === undefined){
const err188 = {instancePath:instancePath+"/finished/" + i13,schemaPath:"#/properties/finished/items/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'"};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
if(data80.file === undefined){
const err189 = {instancePath:instancePath+"/finished/" + i13,schemaPath:"#/properties/finished/items/required",keyword:"required",params:{missingProperty: "file"},message:"must have required property '"+"file"+"'"};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
if(data80.fileGoes === undefined){
const err190 = {instancePath:instancePath+"/finished/" + i13,schemaPath:"#/properties/finished/items/required",keyword:"required",params:{missingProperty: "fileGoes"},message:"must have required property '"+"fileGoes"+"'"};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
for(const key16 in data80){
if(!((((key16 === "agent") || (key16 === "path")) || (key16 === "file")) || (key16 === "fileGoes"))){
const err191 = {instancePath:instancePath+"/finished/" + i13,schemaPath:"#/properties/finished/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key16},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
}
if(data80.agent !== undefined){
if(typeof data80.agent !== "string"){
const err192 = {instancePath:instancePath+"/finished/" + i13+"/agent",schemaPath:"#/properties/finished/items/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
}
if(data80.path !== undefined){
if(typeof data80.path !== "string"){
const err193 = {instancePath:instancePath+"/finished/" + i13+"/path",schemaPath:"#/properties/finished/items/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
}
if(data80.file !== undefined){
let data83 = data80.file;
if(typeof data83 === "string"){
if(!pattern5.test(data83)){
const err194 = {instancePath:instancePath+"/finished/" + i13+"/file",schemaPath:"#/$defs/oid/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40}([0-9a-f]{24})?$"},message:"must match pattern \""+"^[0-9a-f]{40}([0-9a-f]{24})?$"+"\""};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
}
else {
const err195 = {instancePath:instancePath+"/finished/" + i13+"/file",schemaPath:"#/$defs/oid/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
}
if(data80.fileGoes !== undefined){
if(typeof data80.fileGoes !== "boolean"){
const err196 = {instancePath:instancePath+"/finished/" + i13+"/fileGoes",schemaPath:"#/properties/finished/items/properties/fileGoes/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
}
}
else {
const err197 = {instancePath:instancePath+"/finished/" + i13,schemaPath:"#/properties/finished/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
}
}
else {
const err198 = {instancePath:instancePath+"/finished",schemaPath:"#/properties/finished/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
}
if(data.breakers !== undefined){
let data85 = data.breakers;
if(Array.isArray(data85)){
const len14 = data85.length;
for(let i14=0; i14<len14; i14++){
let data86 = data85[i14];
if(data86 && typeof data86 == "object" && !Array.isArray(data86)){
if(data86.reason === undefined){
const err199 = {instancePath:instancePath+"/breakers/" + i14,schemaPath:"#/properties/breakers/items/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
if(data86.scope === undefined){
const err200 = {instancePath:instancePath+"/breakers/" + i14,schemaPath:"#/properties/breakers/items/required",keyword:"required",params:{missingProperty: "scope"},message:"must have required property '"+"scope"+"'"};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
if(data86.since === undefined){
const err201 = {instancePath:instancePath+"/breakers/" + i14,schemaPath:"#/properties/breakers/items/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
if(data86.trialAt === undefined){
const err202 = {instancePath:instancePath+"/breakers/" + i14,schemaPath:"#/properties/breakers/items/required",keyword:"required",params:{missingProperty: "trialAt"},message:"must have required property '"+"trialAt"+"'"};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
if(data86.message === undefined){
const err203 = {instancePath:instancePath+"/breakers/" + i14,schemaPath:"#/properties/breakers/items/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err203];
}
else {
vErrors.push(err203);
}
errors++;
}
for(const key17 in data86){
if(!(((((key17 === "reason") || (key17 === "scope")) || (key17 === "since")) || (key17 === "trialAt")) || (key17 === "message"))){
const err204 = {instancePath:instancePath+"/breakers/" + i14,schemaPath:"#/properties/breakers/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key17},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
}
if(data86.reason !== undefined){
if(typeof data86.reason !== "string"){
const err205 = {instancePath:instancePath+"/breakers/" + i14+"/reason",schemaPath:"#/properties/breakers/items/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
}
if(data86.scope !== undefined){
if(typeof data86.scope !== "string"){
const err206 = {instancePath:instancePath+"/breakers/" + i14+"/scope",schemaPath:"#/properties/breakers/items/properties/scope/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
}
if(data86.since !== undefined){
let data89 = data86.since;
if(typeof data89 === "string"){
if(!(formats0.test(data89))){
const err207 = {instancePath:instancePath+"/breakers/" + i14+"/since",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
}
else {
const err208 = {instancePath:instancePath+"/breakers/" + i14+"/since",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
}
if(data86.trialAt !== undefined){
let data90 = data86.trialAt;
if(typeof data90 === "string"){
if(!(formats0.test(data90))){
const err209 = {instancePath:instancePath+"/breakers/" + i14+"/trialAt",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
}
else {
const err210 = {instancePath:instancePath+"/breakers/" + i14+"/trialAt",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
}
if(data86.message !== undefined){
if(typeof data86.message !== "string"){
const err211 = {instancePath:instancePath+"/breakers/" + i14+"/message",schemaPath:"#/properties/breakers/items/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err211];
}
else {
vErrors.push(err211);
}
errors++;
}
}
}
else {
const err212 = {instancePath:instancePath+"/breakers/" + i14,schemaPath:"#/properties/breakers/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
}
}
else {
const err213 = {instancePath:instancePath+"/breakers",schemaPath:"#/properties/breakers/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
}
if(data.deepChecks !== undefined){
let data92 = data.deepChecks;
if(Array.isArray(data92)){
const len15 = data92.length;
for(let i15=0; i15<len15; i15++){
let data93 = data92[i15];
if(data93 && typeof data93 == "object" && !Array.isArray(data93)){
if(data93.agent === undefined){
const err214 = {instancePath:instancePath+"/deepChecks/" + i15,schemaPath:"#/properties/deepChecks/items/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
if(data93.outcome === undefined){
const err215 = {instancePath:instancePath+"/deepChecks/" + i15,schemaPath:"#/properties/deepChecks/items/required",keyword:"required",params:{missingProperty: "outcome"},message:"must have required property '"+"outcome"+"'"};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
if(data93.details === undefined){
const err216 = {instancePath:instancePath+"/deepChecks/" + i15,schemaPath:"#/properties/deepChecks/items/required",keyword:"required",params:{missingProperty: "details"},message:"must have required property '"+"details"+"'"};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
for(const key18 in data93){
if(!(((key18 === "agent") || (key18 === "outcome")) || (key18 === "details"))){
const err217 = {instancePath:instancePath+"/deepChecks/" + i15,schemaPath:"#/properties/deepChecks/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key18},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
}
if(data93.agent !== undefined){
if(typeof data93.agent !== "string"){
const err218 = {instancePath:instancePath+"/deepChecks/" + i15+"/agent",schemaPath:"#/properties/deepChecks/items/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
}
if(data93.outcome !== undefined){
let data95 = data93.outcome;
if(!(((data95 === "agrees") || (data95 === "disagrees")) || (data95 === "failed"))){
const err219 = {instancePath:instancePath+"/deepChecks/" + i15+"/outcome",schemaPath:"#/properties/deepChecks/items/properties/outcome/enum",keyword:"enum",params:{allowedValues: schema31.properties.deepChecks.items.properties.outcome.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
}
if(data93.details !== undefined){
let data96 = data93.details;
if(Array.isArray(data96)){
const len16 = data96.length;
for(let i16=0; i16<len16; i16++){
if(typeof data96[i16] !== "string"){
const err220 = {instancePath:instancePath+"/deepChecks/" + i15+"/details/" + i16,schemaPath:"#/properties/deepChecks/items/properties/details/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err220];
}
else {
vErrors.push(err220);
}
errors++;
}
}
}
else {
const err221 = {instancePath:instancePath+"/deepChecks/" + i15+"/details",schemaPath:"#/properties/deepChecks/items/properties/details/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
}
}
else {
const err222 = {instancePath:instancePath+"/deepChecks/" + i15,schemaPath:"#/properties/deepChecks/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
}
}
}
else {
const err223 = {instancePath:instancePath+"/deepChecks",schemaPath:"#/properties/deepChecks/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
}
if(data.refunds !== undefined){
let data98 = data.refunds;
if(data98 && typeof data98 == "object" && !Array.isArray(data98)){
if(data98.perDayMax === undefined){
const err224 = {instancePath:instancePath+"/refunds",schemaPath:"#/properties/refunds/required",keyword:"required",params:{missingProperty: "perDayMax"},message:"must have required property '"+"perDayMax"+"'"};
if(vErrors === null){
vErrors = [err224];
}
else {
vErrors.push(err224);
}
errors++;
}
if(data98.taken === undefined){
const err225 = {instancePath:instancePath+"/refunds",schemaPath:"#/properties/refunds/required",keyword:"required",params:{missingProperty: "taken"},message:"must have required property '"+"taken"+"'"};
if(vErrors === null){
vErrors = [err225];
}
else {
vErrors.push(err225);
}
errors++;
}
if(data98.waiting === undefined){
const err226 = {instancePath:instancePath+"/refunds",schemaPath:"#/properties/refunds/required",keyword:"required",params:{missingProperty: "waiting"},message:"must have required property '"+"waiting"+"'"};
if(vErrors === null){
vErrors = [err226];
}
else {
vErrors.push(err226);
}
errors++;
}
for(const key19 in data98){
if(!(((key19 === "perDayMax") || (key19 === "taken")) || (key19 === "waiting"))){
const err227 = {instancePath:instancePath+"/refunds",schemaPath:"#/properties/refunds/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key19},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err227];
}
else {
vErrors.push(err227);
}
errors++;
}
}
if(data98.perDayMax !== undefined){
let data99 = data98.perDayMax;
if(!(((typeof data99 == "number") && (!(data99 % 1) && !isNaN(data99))) && (isFinite(data99)))){
const err228 = {instancePath:instancePath+"/refunds/perDayMax",schemaPath:"#/properties/refunds/properties/perDayMax/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err228];
}
else {
vErrors.push(err228);
}
errors++;
}
if((typeof data99 == "number") && (isFinite(data99))){
if(data99 < 0 || isNaN(data99)){
const err229 = {instancePath:instancePath+"/refunds/perDayMax",schemaPath:"#/properties/refunds/properties/perDayMax/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err229];
}
else {
vErrors.push(err229);
}
errors++;
}
}
}
if(data98.taken !== undefined){
let data100 = data98.taken;
if(!(((typeof data100 == "number") && (!(data100 % 1) && !isNaN(data100))) && (isFinite(data100)))){
const err230 = {instancePath:instancePath+"/refunds/taken",schemaPath:"#/properties/refunds/properties/taken/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err230];
}
else {
vErrors.push(err230);
}
errors++;
}
if((typeof data100 == "number") && (isFinite(data100))){
if(data100 < 0 || isNaN(data100)){
const err231 = {instancePath:instancePath+"/refunds/taken",schemaPath:"#/properties/refunds/properties/taken/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err231];
}
else {
vErrors.push(err231);
}
errors++;
}
}
}
if(data98.waiting !== undefined){
let data101 = data98.waiting;
if(Array.isArray(data101)){
const len17 = data101.length;
for(let i17=0; i17<len17; i17++){
let data102 = data101[i17];
if(data102 && typeof data102 == "object" && !Array.isArray(data102)){
if(data102.agent === undefined){
const err232 = {instancePath:instancePath+"/refunds/waiting/" + i17,schemaPath:"#/properties/refunds/properties/waiting/items/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err232];
}
else {
vErrors.push(err232);
}
errors++;
}
if(data102.day === undefined){
const err233 = {instancePath:instancePath+"/refunds/waiting/" + i17,schemaPath:"#/properties/refunds/properties/waiting/items/required",keyword:"required",params:{missingProperty: "day"},message:"must have required property '"+"day"+"'"};
if(vErrors === null){
vErrors = [err233];
}
else {
vErrors.push(err233);
}
errors++;
}
for(const key20 in data102){
if(!((key20 === "agent") || (key20 === "day"))){
const err234 = {instancePath:instancePath+"/refunds/waiting/" + i17,schemaPath:"#/properties/refunds/properties/waiting/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key20},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err234];
}
else {
vErrors.push(err234);
}
errors++;
}
}
if(data102.agent !== undefined){
if(typeof data102.agent !== "string"){
const err235 = {instancePath:instancePath+"/refunds/waiting/" + i17+"/agent",schemaPath:"#/properties/refunds/properties/waiting/items/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err235];
}
else {
vErrors.push(err235);
}
errors++;
}
}
if(data102.day !== undefined){
let data104 = data102.day;
if((typeof data104 !== "string") && (data104 !== null)){
const err236 = {instancePath:instancePath+"/refunds/waiting/" + i17+"/day",schemaPath:"#/properties/refunds/properties/waiting/items/properties/day/type",keyword:"type",params:{type: schema31.properties.refunds.properties.waiting.items.properties.day.type},message:"must be string,null"};
if(vErrors === null){
vErrors = [err236];
}
else {
vErrors.push(err236);
}
errors++;
}
}
}
else {
const err237 = {instancePath:instancePath+"/refunds/waiting/" + i17,schemaPath:"#/properties/refunds/properties/waiting/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err237];
}
else {
vErrors.push(err237);
}
errors++;
}
}
}
else {
const err238 = {instancePath:instancePath+"/refunds/waiting",schemaPath:"#/properties/refunds/properties/waiting/type",keyword:"type",params:{type: "array"},message:"must be array"};
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
const err239 = {instancePath:instancePath+"/refunds",schemaPath:"#/properties/refunds/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err239];
}
else {
vErrors.push(err239);
}
errors++;
}
}
if(data.cost !== undefined){
let data105 = data.cost;
const _errs249 = errors;
let valid76 = false;
let passing3 = null;
const _errs250 = errors;
if(data105 && typeof data105 == "object" && !Array.isArray(data105)){
if(data105.currency === undefined){
const err240 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/oneOf/0/required",keyword:"required",params:{missingProperty: "currency"},message:"must have required property '"+"currency"+"'"};
if(vErrors === null){
vErrors = [err240];
}
else {
vErrors.push(err240);
}
errors++;
}
if(data105.monthlyBefore === undefined){
const err241 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/oneOf/0/required",keyword:"required",params:{missingProperty: "monthlyBefore"},message:"must have required property '"+"monthlyBefore"+"'"};
if(vErrors === null){
vErrors = [err241];
}
else {
vErrors.push(err241);
}
errors++;
}
if(data105.monthlyAfter === undefined){
const err242 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/oneOf/0/required",keyword:"required",params:{missingProperty: "monthlyAfter"},message:"must have required property '"+"monthlyAfter"+"'"};
if(vErrors === null){
vErrors = [err242];
}
else {
vErrors.push(err242);
}
errors++;
}
if(data105.monthlyUnrecorded === undefined){
const err243 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/oneOf/0/required",keyword:"required",params:{missingProperty: "monthlyUnrecorded"},message:"must have required property '"+"monthlyUnrecorded"+"'"};
if(vErrors === null){
vErrors = [err243];
}
else {
vErrors.push(err243);
}
errors++;
}
for(const key21 in data105){
if(!((((key21 === "currency") || (key21 === "monthlyBefore")) || (key21 === "monthlyAfter")) || (key21 === "monthlyUnrecorded"))){
const err244 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key21},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err244];
}
else {
vErrors.push(err244);
}
errors++;
}
}
if(data105.currency !== undefined){
if(typeof data105.currency !== "string"){
const err245 = {instancePath:instancePath+"/cost/currency",schemaPath:"#/properties/cost/oneOf/0/properties/currency/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err245];
}
else {
vErrors.push(err245);
}
errors++;
}
}
if(data105.monthlyBefore !== undefined){
let data107 = data105.monthlyBefore;
if(!((typeof data107 == "number") && (isFinite(data107)))){
const err246 = {instancePath:instancePath+"/cost/monthlyBefore",schemaPath:"#/properties/cost/oneOf/0/properties/monthlyBefore/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err246];
}
else {
vErrors.push(err246);
}
errors++;
}
}
if(data105.monthlyAfter !== undefined){
let data108 = data105.monthlyAfter;
if(!((typeof data108 == "number") && (isFinite(data108)))){
const err247 = {instancePath:instancePath+"/cost/monthlyAfter",schemaPath:"#/properties/cost/oneOf/0/properties/monthlyAfter/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err247];
}
else {
vErrors.push(err247);
}
errors++;
}
}
if(data105.monthlyUnrecorded !== undefined){
let data109 = data105.monthlyUnrecorded;
if(!((typeof data109 == "number") && (isFinite(data109)))){
const err248 = {instancePath:instancePath+"/cost/monthlyUnrecorded",schemaPath:"#/properties/cost/oneOf/0/properties/monthlyUnrecorded/type",keyword:"type",params:{type: "number"},message:"must be number"};
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
const err249 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err249];
}
else {
vErrors.push(err249);
}
errors++;
}
var _valid4 = _errs250 === errors;
if(_valid4){
valid76 = true;
passing3 = 0;
}
const _errs261 = errors;
if(data105 !== null){
const err250 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/oneOf/1/type",keyword:"type",params:{type: "null"},message:"must be null"};
if(vErrors === null){
vErrors = [err250];
}
else {
vErrors.push(err250);
}
errors++;
}
var _valid4 = _errs261 === errors;
if(_valid4 && valid76){
valid76 = false;
passing3 = [passing3, 1];
}
else {
if(_valid4){
valid76 = true;
passing3 = 1;
}
}
if(!valid76){
const err251 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/oneOf",keyword:"oneOf",params:{passingSchemas: passing3},message:"must match exactly one schema in oneOf"};
if(vErrors === null){
vErrors = [err251];
}
else {
vErrors.push(err251);
}
errors++;
}
else {
errors = _errs249;
if(vErrors !== null){
if(_errs249){
vErrors.length = _errs249;
}
else {
vErrors = null;
}
}
}
}
if(data.prices !== undefined){
let data110 = data.prices;
if((!(data110 && typeof data110 == "object" && !Array.isArray(data110))) && (data110 !== null)){
const err252 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/type",keyword:"type",params:{type: schema31.properties.prices.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err252];
}
else {
vErrors.push(err252);
}
errors++;
}
if(data110 && typeof data110 == "object" && !Array.isArray(data110)){
if(data110.currency === undefined){
const err253 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/required",keyword:"required",params:{missingProperty: "currency"},message:"must have required property '"+"currency"+"'"};
if(vErrors === null){
vErrors = [err253];
}
else {
vErrors.push(err253);
}
errors++;
}
if(data110.ipv4 === undefined){
const err254 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/required",keyword:"required",params:{missingProperty: "ipv4"},message:"must have required property '"+"ipv4"+"'"};
if(vErrors === null){
vErrors = [err254];
}
else {
vErrors.push(err254);
}
errors++;
}
if(data110.types === undefined){
const err255 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/required",keyword:"required",params:{missingProperty: "types"},message:"must have required property '"+"types"+"'"};
if(vErrors === null){
vErrors = [err255];
}
else {
vErrors.push(err255);
}
errors++;
}
for(const key22 in data110){
if(!(((key22 === "currency") || (key22 === "ipv4")) || (key22 === "types"))){
const err256 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key22},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err256];
}
else {
vErrors.push(err256);
}
errors++;
}
}
if(data110.currency !== undefined){
let data111 = data110.currency;
if(typeof data111 === "string"){
if(!pattern36.test(data111)){
const err257 = {instancePath:instancePath+"/prices/currency",schemaPath:"#/properties/prices/properties/currency/pattern",keyword:"pattern",params:{pattern: "^[A-Z]{3}$"},message:"must match pattern \""+"^[A-Z]{3}$"+"\""};
if(vErrors === null){
vErrors = [err257];
}
else {
vErrors.push(err257);
}
errors++;
}
}
else {
const err258 = {instancePath:instancePath+"/prices/currency",schemaPath:"#/properties/prices/properties/currency/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err258];
}
else {
vErrors.push(err258);
}
errors++;
}
}
if(data110.ipv4 !== undefined){
let data112 = data110.ipv4;
if(data112 && typeof data112 == "object" && !Array.isArray(data112)){
for(const key23 in data112){
const _errs270 = errors;
if(typeof key23 === "string"){
if(!pattern37.test(key23)){
const err259 = {instancePath:instancePath+"/prices/ipv4",schemaPath:"#/properties/prices/properties/ipv4/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]{1,20}$"},message:"must match pattern \""+"^[a-z0-9-]{1,20}$"+"\"",propertyName:key23};
if(vErrors === null){
vErrors = [err259];
}
else {
vErrors.push(err259);
}
errors++;
}
}
var valid79 = _errs270 === errors;
if(!valid79){
const err260 = {instancePath:instancePath+"/prices/ipv4",schemaPath:"#/properties/prices/properties/ipv4/propertyNames",keyword:"propertyNames",params:{propertyName: key23},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err260];
}
else {
vErrors.push(err260);
}
errors++;
}
}
for(const key24 in data112){
let data113 = data112[key24];
if((typeof data113 == "number") && (isFinite(data113))){
if(data113 < 0 || isNaN(data113)){
const err261 = {instancePath:instancePath+"/prices/ipv4/" + key24.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/ipv4/additionalProperties/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err261];
}
else {
vErrors.push(err261);
}
errors++;
}
}
else {
const err262 = {instancePath:instancePath+"/prices/ipv4/" + key24.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/ipv4/additionalProperties/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err262];
}
else {
vErrors.push(err262);
}
errors++;
}
}
}
else {
const err263 = {instancePath:instancePath+"/prices/ipv4",schemaPath:"#/properties/prices/properties/ipv4/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err263];
}
else {
vErrors.push(err263);
}
errors++;
}
}
if(data110.types !== undefined){
let data114 = data110.types;
if(data114 && typeof data114 == "object" && !Array.isArray(data114)){
for(const key25 in data114){
const _errs276 = errors;
if(typeof key25 === "string"){
if(!pattern38.test(key25)){
const err264 = {instancePath:instancePath+"/prices/types",schemaPath:"#/properties/prices/properties/types/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]{1,40}$"},message:"must match pattern \""+"^[a-z0-9-]{1,40}$"+"\"",propertyName:key25};
if(vErrors === null){
vErrors = [err264];
}
else {
vErrors.push(err264);
}
errors++;
}
}
var valid81 = _errs276 === errors;
if(!valid81){
const err265 = {instancePath:instancePath+"/prices/types",schemaPath:"#/properties/prices/properties/types/propertyNames",keyword:"propertyNames",params:{propertyName: key25},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err265];
}
else {
vErrors.push(err265);
}
errors++;
}
}
for(const key26 in data114){
let data115 = data114[key26];
if(data115 && typeof data115 == "object" && !Array.isArray(data115)){
if(data115.diskGb === undefined){
const err266 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/required",keyword:"required",params:{missingProperty: "diskGb"},message:"must have required property '"+"diskGb"+"'"};
if(vErrors === null){
vErrors = [err266];
}
else {
vErrors.push(err266);
}
errors++;
}
if(data115.memoryGb === undefined){
const err267 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/required",keyword:"required",params:{missingProperty: "memoryGb"},message:"must have required property '"+"memoryGb"+"'"};
if(vErrors === null){
vErrors = [err267];
}
else {
vErrors.push(err267);
}
errors++;
}
if(data115.architecture === undefined){
const err268 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/required",keyword:"required",params:{missingProperty: "architecture"},message:"must have required property '"+"architecture"+"'"};
if(vErrors === null){
vErrors = [err268];
}
else {
vErrors.push(err268);
}
errors++;
}
if(data115.monthly === undefined){
const err269 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/required",keyword:"required",params:{missingProperty: "monthly"},message:"must have required property '"+"monthly"+"'"};
if(vErrors === null){
vErrors = [err269];
}
else {
vErrors.push(err269);
}
errors++;
}
for(const key27 in data115){
if(!((((key27 === "diskGb") || (key27 === "memoryGb")) || (key27 === "architecture")) || (key27 === "monthly"))){
const err270 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key27},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err270];
}
else {
vErrors.push(err270);
}
errors++;
}
}
if(data115.diskGb !== undefined){
let data116 = data115.diskGb;
if((typeof data116 == "number") && (isFinite(data116))){
if(data116 < 0 || isNaN(data116)){
const err271 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/diskGb",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/diskGb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err271];
}
else {
vErrors.push(err271);
}
errors++;
}
}
else {
const err272 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/diskGb",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/diskGb/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err272];
}
else {
vErrors.push(err272);
}
errors++;
}
}
if(data115.memoryGb !== undefined){
let data117 = data115.memoryGb;
if((typeof data117 == "number") && (isFinite(data117))){
if(data117 < 0 || isNaN(data117)){
const err273 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/memoryGb",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/memoryGb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err273];
}
else {
vErrors.push(err273);
}
errors++;
}
}
else {
const err274 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/memoryGb",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/memoryGb/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err274];
}
else {
vErrors.push(err274);
}
errors++;
}
}
if(data115.architecture !== undefined){
let data118 = data115.architecture;
if(typeof data118 === "string"){
if(func7(data118) > 20){
const err275 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/architecture",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/architecture/maxLength",keyword:"maxLength",params:{limit: 20},message:"must NOT have more than 20 characters"};
if(vErrors === null){
vErrors = [err275];
}
else {
vErrors.push(err275);
}
errors++;
}
}
else {
const err276 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/architecture",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/architecture/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err276];
}
else {
vErrors.push(err276);
}
errors++;
}
}
if(data115.monthly !== undefined){
let data119 = data115.monthly;
if(data119 && typeof data119 == "object" && !Array.isArray(data119)){
for(const key28 in data119){
const _errs289 = errors;
if(typeof key28 === "string"){
if(!pattern37.test(key28)){
const err277 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthly",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/monthly/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]{1,20}$"},message:"must match pattern \""+"^[a-z0-9-]{1,20}$"+"\"",propertyName:key28};
if(vErrors === null){
vErrors = [err277];
}
else {
vErrors.push(err277);
}
errors++;
}
}
var valid84 = _errs289 === errors;
if(!valid84){
const err278 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthly",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/monthly/propertyNames",keyword:"propertyNames",params:{propertyName: key28},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err278];
}
else {
vErrors.push(err278);
}
errors++;
}
}
for(const key29 in data119){
let data120 = data119[key29];
if((typeof data120 == "number") && (isFinite(data120))){
if(data120 < 0 || isNaN(data120)){
const err279 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthly/" + key29.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/monthly/additionalProperties/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err279];
}
else {
vErrors.push(err279);
}
errors++;
}
}
else {
const err280 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthly/" + key29.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/monthly/additionalProperties/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err280];
}
else {
vErrors.push(err280);
}
errors++;
}
}
}
else {
const err281 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthly",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/monthly/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err281];
}
else {
vErrors.push(err281);
}
errors++;
}
}
}
else {
const err282 = {instancePath:instancePath+"/prices/types/" + key26.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err282];
}
else {
vErrors.push(err282);
}
errors++;
}
}
}
else {
const err283 = {instancePath:instancePath+"/prices/types",schemaPath:"#/properties/prices/properties/types/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err283];
}
else {
vErrors.push(err283);
}
errors++;
}
}
}
}
if(data.pace !== undefined){
let data121 = data.pace;
if(data121 && typeof data121 == "object" && !Array.isArray(data121)){
if(data121.calls === undefined){
const err284 = {instancePath:instancePath+"/pace",schemaPath:"#/properties/pace/required",keyword:"required",params:{missingProperty: "calls"},message:"must have required property '"+"calls"+"'"};
if(vErrors === null){
vErrors = [err284];
}
else {
vErrors.push(err284);
}
errors++;
}
if(data121.callsPerHour === undefined){
const err285 = {instancePath:instancePath+"/pace",schemaPath:"#/properties/pace/required",keyword:"required",params:{missingProperty: "callsPerHour"},message:"must have required property '"+"callsPerHour"+"'"};
if(vErrors === null){
vErrors = [err285];
}
else {
vErrors.push(err285);
}
errors++;
}
if(data121.minutes === undefined){
const err286 = {instancePath:instancePath+"/pace",schemaPath:"#/properties/pace/required",keyword:"required",params:{missingProperty: "minutes"},message:"must have required property '"+"minutes"+"'"};
if(vErrors === null){
vErrors = [err286];
}
else {
vErrors.push(err286);
}
errors++;
}
for(const key30 in data121){
if(!(((key30 === "calls") || (key30 === "callsPerHour")) || (key30 === "minutes"))){
const err287 = {instancePath:instancePath+"/pace",schemaPath:"#/properties/pace/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key30},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err287];
}
else {
vErrors.push(err287);
}
errors++;
}
}
if(data121.calls !== undefined){
let data122 = data121.calls;
if(!(((typeof data122 == "number") && (!(data122 % 1) && !isNaN(data122))) && (isFinite(data122)))){
const err288 = {instancePath:instancePath+"/pace/calls",schemaPath:"#/properties/pace/properties/calls/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err288];
}
else {
vErrors.push(err288);
}
errors++;
}
if((typeof data122 == "number") && (isFinite(data122))){
if(data122 < 1 || isNaN(data122)){
const err289 = {instancePath:instancePath+"/pace/calls",schemaPath:"#/properties/pace/properties/calls/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err289];
}
else {
vErrors.push(err289);
}
errors++;
}
}
}
if(data121.callsPerHour !== undefined){
let data123 = data121.callsPerHour;
if(!(((typeof data123 == "number") && (!(data123 % 1) && !isNaN(data123))) && (isFinite(data123)))){
const err290 = {instancePath:instancePath+"/pace/callsPerHour",schemaPath:"#/properties/pace/properties/callsPerHour/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err290];
}
else {
vErrors.push(err290);
}
errors++;
}
if((typeof data123 == "number") && (isFinite(data123))){
if(data123 < 1 || isNaN(data123)){
const err291 = {instancePath:instancePath+"/pace/callsPerHour",schemaPath:"#/properties/pace/properties/callsPerHour/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err291];
}
else {
vErrors.push(err291);
}
errors++;
}
}
}
if(data121.minutes !== undefined){
let data124 = data121.minutes;
if(!(((typeof data124 == "number") && (!(data124 % 1) && !isNaN(data124))) && (isFinite(data124)))){
const err292 = {instancePath:instancePath+"/pace/minutes",schemaPath:"#/properties/pace/properties/minutes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err292];
}
else {
vErrors.push(err292);
}
errors++;
}
if((typeof data124 == "number") && (isFinite(data124))){
if(data124 < 1 || isNaN(data124)){
const err293 = {instancePath:instancePath+"/pace/minutes",schemaPath:"#/properties/pace/properties/minutes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err293];
}
else {
vErrors.push(err293);
}
errors++;
}
}
}
}
else {
const err294 = {instancePath:instancePath+"/pace",schemaPath:"#/properties/pace/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err294];
}
else {
vErrors.push(err294);
}
errors++;
}
}
if(data.counts !== undefined){
let data125 = data.counts;
if(data125 && typeof data125 == "object" && !Array.isArray(data125)){
if(data125.files === undefined){
const err295 = {instancePath:instancePath+"/counts",schemaPath:"#/properties/counts/required",keyword:"required",params:{missingProperty: "files"},message:"must have required property '"+"files"+"'"};
if(vErrors === null){
vErrors = [err295];
}
else {
vErrors.push(err295);
}
errors++;
}
if(data125.records === undefined){
const err296 = {instancePath:instancePath+"/counts",schemaPath:"#/properties/counts/required",keyword:"required",params:{missingProperty: "records"},message:"must have required property '"+"records"+"'"};
if(vErrors === null){
vErrors = [err296];
}
else {
vErrors.push(err296);
}
errors++;
}
if(data125.servers === undefined){
const err297 = {instancePath:instancePath+"/counts",schemaPath:"#/properties/counts/required",keyword:"required",params:{missingProperty: "servers"},message:"must have required property '"+"servers"+"'"};
if(vErrors === null){
vErrors = [err297];
}
else {
vErrors.push(err297);
}
errors++;
}
if(data125.devices === undefined){
const err298 = {instancePath:instancePath+"/counts",schemaPath:"#/properties/counts/required",keyword:"required",params:{missingProperty: "devices"},message:"must have required property '"+"devices"+"'"};
if(vErrors === null){
vErrors = [err298];
}
else {
vErrors.push(err298);
}
errors++;
}
for(const key31 in data125){
if(!((((key31 === "files") || (key31 === "records")) || (key31 === "servers")) || (key31 === "devices"))){
const err299 = {instancePath:instancePath+"/counts",schemaPath:"#/properties/counts/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key31},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err299];
}
else {
vErrors.push(err299);
}
errors++;
}
}
if(data125.files !== undefined){
let data126 = data125.files;
if(!(((typeof data126 == "number") && (!(data126 % 1) && !isNaN(data126))) && (isFinite(data126)))){
const err300 = {instancePath:instancePath+"/counts/files",schemaPath:"#/properties/counts/properties/files/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err300];
}
else {
vErrors.push(err300);
}
errors++;
}
}
if(data125.records !== undefined){
let data127 = data125.records;
if(!(((typeof data127 == "number") && (!(data127 % 1) && !isNaN(data127))) && (isFinite(data127)))){
const err301 = {instancePath:instancePath+"/counts/records",schemaPath:"#/properties/counts/properties/records/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err301];
}
else {
vErrors.push(err301);
}
errors++;
}
}
if(data125.servers !== undefined){
let data128 = data125.servers;
if(!(((typeof data128 == "number") && (!(data128 % 1) && !isNaN(data128))) && (isFinite(data128)))){
const err302 = {instancePath:instancePath+"/counts/servers",schemaPath:"#/properties/counts/properties/servers/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err302];
}
else {
vErrors.push(err302);
}
errors++;
}
}
if(data125.devices !== undefined){
let data129 = data125.devices;
if(!(((typeof data129 == "number") && (!(data129 % 1) && !isNaN(data129))) && (isFinite(data129)))){
const err303 = {instancePath:instancePath+"/counts/devices",schemaPath:"#/properties/counts/properties/devices/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err303];
}
else {
vErrors.push(err303);
}
errors++;
}
}
}
else {
const err304 = {instancePath:instancePath+"/counts",schemaPath:"#/properties/counts/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err304];
}
else {
vErrors.push(err304);
}
errors++;
}
}
if(data.nextDueAt !== undefined){
let data130 = data.nextDueAt;
const _errs314 = errors;
let valid88 = false;
const _errs315 = errors;
if(typeof data130 === "string"){
if(!(formats0.test(data130))){
const err305 = {instancePath:instancePath+"/nextDueAt",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err305];
}
else {
vErrors.push(err305);
}
errors++;
}
}
else {
const err306 = {instancePath:instancePath+"/nextDueAt",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err306];
}
else {
vErrors.push(err306);
}
errors++;
}
var _valid5 = _errs315 === errors;
valid88 = valid88 || _valid5;
const _errs318 = errors;
if(data130 !== null){
const err307 = {instancePath:instancePath+"/nextDueAt",schemaPath:"#/properties/nextDueAt/anyOf/1/type",keyword:"type",params:{type: "null"},message:"must be null"};
if(vErrors === null){
vErrors = [err307];
}
else {
vErrors.push(err307);
}
errors++;
}
var _valid5 = _errs318 === errors;
valid88 = valid88 || _valid5;
if(!valid88){
const err308 = {instancePath:instancePath+"/nextDueAt",schemaPath:"#/properties/nextDueAt/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err308];
}
else {
vErrors.push(err308);
}
errors++;
}
else {
errors = _errs314;
if(vErrors !== null){
if(_errs314){
vErrors.length = _errs314;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err309 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err309];
}
else {
vErrors.push(err309);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
