// Generated from the JSON Schema of its name by `npm run generate`. Do not edit.
"use strict";
module.exports = validate20;
module.exports.default = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://aura.dev/schemas/status.schema.json","title":"AgentRecord","description":"The record of one agent, on branch `status`, at agents/<1st>/<2nd>/<id>.yaml. Only Aura writes it.","type":"object","additionalProperties":false,"required":["apiVersion","kind","name","subscription","customer","phase","conditions","everRunning","attempts","destroyed","receipts"],"properties":{"apiVersion":{"const":"aura.dev/v1"},"kind":{"const":"AgentStatus"},"name":{"type":"string","pattern":"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},"subscription":{"type":"string","maxLength":100},"customer":{"type":"string","maxLength":255},"phase":{"enum":["queued","creating","configuring","joining","running","updating","stopping","stopped","suspended","retiring","retired","failed","frozen"]},"phaseSince":{"$ref":"#/$defs/time"},"observedOid":{"$ref":"#/$defs/oid"},"conditions":{"type":"array","maxItems":40,"items":{"$ref":"#/$defs/condition"}},"lease":{"type":"object","additionalProperties":false,"required":["run","runAttempt","change","nonce","since","until","step"],"properties":{"run":{"type":"string","minLength":1,"maxLength":100},"runAttempt":{"$ref":"#/$defs/runAttempt"},"change":{"$ref":"#/$defs/changeKind"},"plan":{"type":"string","pattern":"^[0-9a-f]{12}$","description":"first 12 characters of the fingerprint of the plan that the run applies"},"nonce":{"$ref":"#/$defs/nonce"},"since":{"$ref":"#/$defs/time"},"until":{"$ref":"#/$defs/time"},"step":{"$ref":"#/$defs/step"},"stepSince":{"$ref":"#/$defs/time"},"approval":{"type":"string","maxLength":4096,"description":"path of the approval of the server's end"}}},"server":{"type":"object","additionalProperties":false,"description":"The agent's server, with Hetzner's id.","required":["id","nonce","created"],"properties":{"id":{"type":"string","pattern":"^[0-9]{1,20}$"},"nonce":{"$ref":"#/$defs/nonce"},"created":{"$ref":"#/$defs/time"},"ipv4":{"type":"string","maxLength":45},"power":{"enum":["on","off"]},"disrupted":{"$ref":"#/$defs/time","description":"when power, size or configuration were last changed"},"isolation":{"type":"object","additionalProperties":false,"description":"present while its firewall and its device's tag isolate it","required":["since","snapshot"],"properties":{"since":{"$ref":"#/$defs/time"},"snapshot":{"type":["string","null"],"pattern":"^[0-9]{1,20}$","description":"Hetzner's id of the snapshot that was made as evidence; null: none was made"}}}}},"hostKey":{"type":"string","maxLength":2000,"description":"public host key pinned for this server"},"nextHostKey":{"type":"string","maxLength":2000,"description":"the public host key that the server made itself, accepted beside hostKey until a connection has shown it; then it becomes hostKey"},"chosen":{"$ref":"#/$defs/choice"},"creates":{"type":"array","maxItems":5,"description":"What the last creates seeded. A server that appears although its create failed is recognized by its nonce, and these are its host keys.","items":{"type":"object","additionalProperties":false,"required":["nonce","hostKey","chosen"],"properties":{"nonce":{"$ref":"#/$defs/nonce"},"hostKey":{"type":"string","maxLength":2000},"nextHostKey":{"type":"string","maxLength":2000},"chosen":{"$ref":"#/$defs/choice"}}}},"configured":{"type":"object","additionalProperties":false,"required":["configHash","roleVersion","at"],"properties":{"configHash":{"type":"string","pattern":"^[0-9a-f]{32}$"},"roleVersion":{"type":"string","maxLength":40},"at":{"$ref":"#/$defs/time"}}},"tailnet":{"type":"object","additionalProperties":false,"required":["nodeId","address"],"properties":{"nodeId":{"type":"string","maxLength":60},"address":{"type":"string","maxLength":45},"name":{"type":"string","maxLength":253}}},"everRunning":{"type":"boolean","description":"Whether this revision's server ever reached `running`; only retire or replace end such a server."},"attempts":{"type":"array","maxItems":40,"items":{"$ref":"#/$defs/attempt"}},"destroyed":{"type":"array","maxItems":50,"items":{"type":"object","additionalProperties":false,"required":["at","server","kind"],"properties":{"at":{"$ref":"#/$defs/time"},"server":{"type":"string","maxLength":20},"kind":{"enum":["retire","replace","rollback","orphan","assumed"],"description":"assumed: unknown, because the records were lost; the limits count it as an end"},"approval":{"type":"string","maxLength":4096},"asked":{"$ref":"#/$defs/time","description":"when the request to end it was first seen on `main`"}}}},"ending":{"type":"object","additionalProperties":false,"description":"The requested end, and when it was first seen on `main`: the grace of a retirement counts from this time, and bursts are computed from it.","required":["change","of","seen"],"properties":{"change":{"enum":["retire","replace"]},"of":{"type":"string","maxLength":64,"description":"identity of the request: the tombstone's time, or the requested revision"},"seen":{"$ref":"#/$defs/time"}}},"receipts":{"type":"array","maxItems":50,"description":"Purposes that were carried out and must not be repeated, such as mails and refunds: purpose and revision.","items":{"type":"string","maxLength":120}},"refunds":{"type":"array","maxItems":10,"description":"Refunds, the newest last. An entry is written before its refund is asked for; it fixes the invoice, and takes one of the refunds of its day.","items":{"$ref":"#/$defs/refund"}},"mails":{"type":"object","additionalProperties":false,"description":"The last mail of each kind to the agent's customer. An entry is written before the mail is sent.","properties":{"running":{"$ref":"#/$defs/mail"},"failed":{"$ref":"#/$defs/mail"},"recovered":{"$ref":"#/$defs/mail"},"suspended":{"$ref":"#/$defs/mail"},"retiring":{"$ref":"#/$defs/mail"},"refunded":{"$ref":"#/$defs/mail"}}},"atStripe":{"type":"object","additionalProperties":false,"description":"Stripe permanently refuses to cancel or refund an agent that was canceled or given up; a person has to do it. It is retried once a day.","required":["since","tried","message"],"properties":{"since":{"$ref":"#/$defs/time"},"tried":{"$ref":"#/$defs/time"},"message":{"type":"string","maxLength":1000}}},"cost":{"type":"object","additionalProperties":false,"required":["monthly","currency"],"properties":{"monthly":{"type":"number","minimum":0},"currency":{"type":"string","pattern":"^[A-Z]{3}$"}}},"timings":{"type":"array","maxItems":12,"description":"When each step of the current revision's create was entered.","items":{"type":"object","additionalProperties":false,"required":["step","at"],"properties":{"step":{"$ref":"#/$defs/step"},"at":{"$ref":"#/$defs/time"}}}},"gone":{"$ref":"#/$defs/time","description":"When nothing was left of the agent; its file may be removed."}},"$defs":{"mail":{"type":"object","additionalProperties":false,"required":["of","asked","state","at"],"properties":{"of":{"type":"string","minLength":1,"maxLength":80,"description":"what it is about: a revision, the time of a tombstone, …; it is sent once for each"},"asked":{"$ref":"#/$defs/time","description":"when it was about to be sent for the first time"},"state":{"enum":["asked","failing","sent","refused","noAddress","unknown"],"description":"asked and failing: it is tried again; unknown: it may have been sent, and is not tried again"},"at":{"$ref":"#/$defs/time","description":"when this state began"},"reason":{"type":"string","maxLength":60,"description":"of a failure"}}},"time":{"type":"string","format":"date-time"},"oid":{"type":"string","pattern":"^[0-9a-f]{40}([0-9a-f]{24})?$"},"nonce":{"type":"string","pattern":"^[0-9a-z]{16}$"},"refund":{"type":"object","additionalProperties":false,"required":["cause","revision","asked","state"],"properties":{"cause":{"enum":["canceled","gaveUp"]},"revision":{"type":"integer","minimum":1},"asked":{"$ref":"#/$defs/time"},"state":{"enum":["asked","refused","none","pending","succeeded","failed","handled"],"description":"asked: the outcome is not known yet; refused: Stripe made none; none: nothing was left to refund; failed: the bank returned it; handled: a person gave the money back otherwise"},"invoice":{"type":"string","maxLength":255,"description":"absent where the subscription has none, or the policy refunds nothing"},"unusedSince":{"type":"integer","minimum":0,"description":"UNIX seconds; only the time after it is refunded"},"ids":{"type":"array","maxItems":20,"items":{"type":"string","maxLength":255}},"amount":{"type":"integer","minimum":0,"description":"in the smallest unit of the currency"},"currency":{"type":"string","pattern":"^[a-z]{3}$"},"reason":{"type":"string","maxLength":200}}},"choice":{"type":"object","additionalProperties":false,"description":"Chosen once for this revision; a changed catalog affects later revisions only.","required":["revision","plan","region","location","serverType","image"],"properties":{"revision":{"type":"integer","minimum":1},"plan":{"type":"string","maxLength":40},"region":{"type":"string","maxLength":40},"location":{"type":"string","maxLength":20},"serverType":{"type":"string","maxLength":40},"image":{"type":"string","maxLength":80}}},"runAttempt":{"type":"integer","minimum":1,"description":"The run's attempt, as the Forge counts reruns."},"step":{"enum":["lease","vm","boot","configure","join","verify","power","resize","repair","device","server","address","state","done"]},"changeKind":{"enum":["create","resume","rollback","replace","adopt","power","resize","repair","configure","retire","giveUp"]},"condition":{"type":"object","additionalProperties":false,"required":["type","status","reason","message","since"],"properties":{"type":{"type":"string","pattern":"^[A-Z][A-Za-z]{1,40}$"},"status":{"enum":["True","False","Unknown"]},"reason":{"type":"string","pattern":"^[A-Z][A-Za-z]{1,60}$"},"message":{"type":"string","maxLength":1000},"since":{"$ref":"#/$defs/time"},"observedOid":{"$ref":"#/$defs/oid"}}},"attempt":{"type":"object","additionalProperties":false,"required":["change","revision","run","runAttempt","started","ended","outcome","step"],"properties":{"change":{"$ref":"#/$defs/changeKind"},"revision":{"type":"integer","minimum":1},"run":{"type":"string","maxLength":100},"runAttempt":{"$ref":"#/$defs/runAttempt"},"started":{"$ref":"#/$defs/time"},"ended":{"$ref":"#/$defs/time"},"outcome":{"enum":["succeeded","failed","superseded"]},"step":{"$ref":"#/$defs/step"},"reason":{"type":"string","maxLength":60},"errorClass":{"enum":["transient","stalled","bug"]},"scope":{"enum":["agent","fleet"]},"location":{"type":"string","maxLength":20},"approval":{"type":"string","maxLength":4096,"description":"Path of the approval of a server's end; the limits do not count an approved end."},"message":{"type":"string","maxLength":1000}}}}};
const schema32 = {"type":"string","format":"date-time"};
const schema33 = {"type":"string","pattern":"^[0-9a-f]{40}([0-9a-f]{24})?$"};
const schema37 = {"type":"integer","minimum":1,"description":"The run's attempt, as the Forge counts reruns."};
const schema38 = {"enum":["create","resume","rollback","replace","adopt","power","resize","repair","configure","retire","giveUp"]};
const schema39 = {"type":"string","pattern":"^[0-9a-z]{16}$"};
const schema42 = {"enum":["lease","vm","boot","configure","join","verify","power","resize","repair","device","server","address","state","done"]};
const schema48 = {"type":"object","additionalProperties":false,"description":"Chosen once for this revision; a changed catalog affects later revisions only.","required":["revision","plan","region","location","serverType","image"],"properties":{"revision":{"type":"integer","minimum":1},"plan":{"type":"string","maxLength":40},"region":{"type":"string","maxLength":40},"location":{"type":"string","maxLength":20},"serverType":{"type":"string","maxLength":40},"image":{"type":"string","maxLength":80}}};
const func1 = Object.prototype.hasOwnProperty;
const func2 = require("ajv/dist/runtime/ucs2length").default;
const pattern4 = new RegExp("^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$", "u");
const pattern5 = new RegExp("^[0-9a-f]{40}([0-9a-f]{24})?$", "u");
const pattern9 = new RegExp("^[0-9a-f]{12}$", "u");
const pattern10 = new RegExp("^[0-9a-z]{16}$", "u");
const pattern11 = new RegExp("^[0-9]{1,20}$", "u");
const pattern15 = new RegExp("^[0-9a-f]{32}$", "u");
const pattern17 = new RegExp("^[A-Z]{3}$", "u");
const formats0 = /^(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)|\d{4}-(?:0[13578]|1[02])-31|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const schema34 = {"type":"object","additionalProperties":false,"required":["type","status","reason","message","since"],"properties":{"type":{"type":"string","pattern":"^[A-Z][A-Za-z]{1,40}$"},"status":{"enum":["True","False","Unknown"]},"reason":{"type":"string","pattern":"^[A-Z][A-Za-z]{1,60}$"},"message":{"type":"string","maxLength":1000},"since":{"$ref":"#/$defs/time"},"observedOid":{"$ref":"#/$defs/oid"}}};
const pattern6 = new RegExp("^[A-Z][A-Za-z]{1,40}$", "u");
const pattern7 = new RegExp("^[A-Z][A-Za-z]{1,60}$", "u");

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
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.status === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "status"},message:"must have required property '"+"status"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.reason === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.message === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.since === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key0 in data){
if(!((((((key0 === "type") || (key0 === "status")) || (key0 === "reason")) || (key0 === "message")) || (key0 === "since")) || (key0 === "observedOid"))){
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
if(data.type !== undefined){
let data0 = data.type;
if(typeof data0 === "string"){
if(!pattern6.test(data0)){
const err6 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Za-z]{1,40}$"},message:"must match pattern \""+"^[A-Z][A-Za-z]{1,40}$"+"\""};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.status !== undefined){
let data1 = data.status;
if(!(((data1 === "True") || (data1 === "False")) || (data1 === "Unknown"))){
const err8 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/enum",keyword:"enum",params:{allowedValues: schema34.properties.status.enum},message:"must be equal to one of the allowed values"};
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
let data2 = data.reason;
if(typeof data2 === "string"){
if(!pattern7.test(data2)){
const err9 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Za-z]{1,60}$"},message:"must match pattern \""+"^[A-Z][A-Za-z]{1,60}$"+"\""};
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
const err10 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.message !== undefined){
let data3 = data.message;
if(typeof data3 === "string"){
if(func2(data3) > 1000){
const err11 = {instancePath:instancePath+"/message",schemaPath:"#/properties/message/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"};
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
const err12 = {instancePath:instancePath+"/message",schemaPath:"#/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.since !== undefined){
let data4 = data.since;
if(typeof data4 === "string"){
if(!(formats0.test(data4))){
const err13 = {instancePath:instancePath+"/since",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err14 = {instancePath:instancePath+"/since",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.observedOid !== undefined){
let data5 = data.observedOid;
if(typeof data5 === "string"){
if(!pattern5.test(data5)){
const err15 = {instancePath:instancePath+"/observedOid",schemaPath:"#/$defs/oid/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40}([0-9a-f]{24})?$"},message:"must match pattern \""+"^[0-9a-f]{40}([0-9a-f]{24})?$"+"\""};
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
const err16 = {instancePath:instancePath+"/observedOid",schemaPath:"#/$defs/oid/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema52 = {"type":"object","additionalProperties":false,"required":["change","revision","run","runAttempt","started","ended","outcome","step"],"properties":{"change":{"$ref":"#/$defs/changeKind"},"revision":{"type":"integer","minimum":1},"run":{"type":"string","maxLength":100},"runAttempt":{"$ref":"#/$defs/runAttempt"},"started":{"$ref":"#/$defs/time"},"ended":{"$ref":"#/$defs/time"},"outcome":{"enum":["succeeded","failed","superseded"]},"step":{"$ref":"#/$defs/step"},"reason":{"type":"string","maxLength":60},"errorClass":{"enum":["transient","stalled","bug"]},"scope":{"enum":["agent","fleet"]},"location":{"type":"string","maxLength":20},"approval":{"type":"string","maxLength":4096,"description":"Path of the approval of a server's end; the limits do not count an approved end."},"message":{"type":"string","maxLength":1000}}};

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
if(data.change === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "change"},message:"must have required property '"+"change"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.revision === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "revision"},message:"must have required property '"+"revision"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.run === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "run"},message:"must have required property '"+"run"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.runAttempt === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "runAttempt"},message:"must have required property '"+"runAttempt"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.started === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "started"},message:"must have required property '"+"started"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.ended === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "ended"},message:"must have required property '"+"ended"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.outcome === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "outcome"},message:"must have required property '"+"outcome"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.step === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "step"},message:"must have required property '"+"step"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema52.properties, key0))){
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
if(data.change !== undefined){
let data0 = data.change;
if(!(((((((((((data0 === "create") || (data0 === "resume")) || (data0 === "rollback")) || (data0 === "replace")) || (data0 === "adopt")) || (data0 === "power")) || (data0 === "resize")) || (data0 === "repair")) || (data0 === "configure")) || (data0 === "retire")) || (data0 === "giveUp"))){
const err9 = {instancePath:instancePath+"/change",schemaPath:"#/$defs/changeKind/enum",keyword:"enum",params:{allowedValues: schema38.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.revision !== undefined){
let data1 = data.revision;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err10 = {instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 < 1 || isNaN(data1)){
const err11 = {instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
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
if(data.run !== undefined){
let data2 = data.run;
if(typeof data2 === "string"){
if(func2(data2) > 100){
const err12 = {instancePath:instancePath+"/run",schemaPath:"#/properties/run/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"};
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
const err13 = {instancePath:instancePath+"/run",schemaPath:"#/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.runAttempt !== undefined){
let data3 = data.runAttempt;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err14 = {instancePath:instancePath+"/runAttempt",schemaPath:"#/$defs/runAttempt/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < 1 || isNaN(data3)){
const err15 = {instancePath:instancePath+"/runAttempt",schemaPath:"#/$defs/runAttempt/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
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
if(data.started !== undefined){
let data4 = data.started;
if(typeof data4 === "string"){
if(!(formats0.test(data4))){
const err16 = {instancePath:instancePath+"/started",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/started",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.ended !== undefined){
let data5 = data.ended;
if(typeof data5 === "string"){
if(!(formats0.test(data5))){
const err18 = {instancePath:instancePath+"/ended",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/ended",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.outcome !== undefined){
let data6 = data.outcome;
if(!(((data6 === "succeeded") || (data6 === "failed")) || (data6 === "superseded"))){
const err20 = {instancePath:instancePath+"/outcome",schemaPath:"#/properties/outcome/enum",keyword:"enum",params:{allowedValues: schema52.properties.outcome.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.step !== undefined){
let data7 = data.step;
if(!((((((((((((((data7 === "lease") || (data7 === "vm")) || (data7 === "boot")) || (data7 === "configure")) || (data7 === "join")) || (data7 === "verify")) || (data7 === "power")) || (data7 === "resize")) || (data7 === "repair")) || (data7 === "device")) || (data7 === "server")) || (data7 === "address")) || (data7 === "state")) || (data7 === "done"))){
const err21 = {instancePath:instancePath+"/step",schemaPath:"#/$defs/step/enum",keyword:"enum",params:{allowedValues: schema42.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.reason !== undefined){
let data8 = data.reason;
if(typeof data8 === "string"){
if(func2(data8) > 60){
const err22 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/maxLength",keyword:"maxLength",params:{limit: 60},message:"must NOT have more than 60 characters"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.errorClass !== undefined){
let data9 = data.errorClass;
if(!(((data9 === "transient") || (data9 === "stalled")) || (data9 === "bug"))){
const err24 = {instancePath:instancePath+"/errorClass",schemaPath:"#/properties/errorClass/enum",keyword:"enum",params:{allowedValues: schema52.properties.errorClass.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.scope !== undefined){
let data10 = data.scope;
if(!((data10 === "agent") || (data10 === "fleet"))){
const err25 = {instancePath:instancePath+"/scope",schemaPath:"#/properties/scope/enum",keyword:"enum",params:{allowedValues: schema52.properties.scope.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.location !== undefined){
let data11 = data.location;
if(typeof data11 === "string"){
if(func2(data11) > 20){
const err26 = {instancePath:instancePath+"/location",schemaPath:"#/properties/location/maxLength",keyword:"maxLength",params:{limit: 20},message:"must NOT have more than 20 characters"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/location",schemaPath:"#/properties/location/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.approval !== undefined){
let data12 = data.approval;
if(typeof data12 === "string"){
if(func2(data12) > 4096){
const err28 = {instancePath:instancePath+"/approval",schemaPath:"#/properties/approval/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/approval",schemaPath:"#/properties/approval/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data.message !== undefined){
let data13 = data.message;
if(typeof data13 === "string"){
if(func2(data13) > 1000){
const err30 = {instancePath:instancePath+"/message",schemaPath:"#/properties/message/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"};
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
const err31 = {instancePath:instancePath+"/message",schemaPath:"#/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err32 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
validate23.errors = vErrors;
return errors === 0;
}
validate23.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema61 = {"type":"object","additionalProperties":false,"required":["cause","revision","asked","state"],"properties":{"cause":{"enum":["canceled","gaveUp"]},"revision":{"type":"integer","minimum":1},"asked":{"$ref":"#/$defs/time"},"state":{"enum":["asked","refused","none","pending","succeeded","failed","handled"],"description":"asked: the outcome is not known yet; refused: Stripe made none; none: nothing was left to refund; failed: the bank returned it; handled: a person gave the money back otherwise"},"invoice":{"type":"string","maxLength":255,"description":"absent where the subscription has none, or the policy refunds nothing"},"unusedSince":{"type":"integer","minimum":0,"description":"UNIX seconds; only the time after it is refunded"},"ids":{"type":"array","maxItems":20,"items":{"type":"string","maxLength":255}},"amount":{"type":"integer","minimum":0,"description":"in the smallest unit of the currency"},"currency":{"type":"string","pattern":"^[a-z]{3}$"},"reason":{"type":"string","maxLength":200}}};
const pattern16 = new RegExp("^[a-z]{3}$", "u");

function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate25.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.cause === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "cause"},message:"must have required property '"+"cause"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.revision === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "revision"},message:"must have required property '"+"revision"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.asked === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "asked"},message:"must have required property '"+"asked"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.state === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "state"},message:"must have required property '"+"state"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema61.properties, key0))){
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
if(data.cause !== undefined){
let data0 = data.cause;
if(!((data0 === "canceled") || (data0 === "gaveUp"))){
const err5 = {instancePath:instancePath+"/cause",schemaPath:"#/properties/cause/enum",keyword:"enum",params:{allowedValues: schema61.properties.cause.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.revision !== undefined){
let data1 = data.revision;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err6 = {instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 < 1 || isNaN(data1)){
const err7 = {instancePath:instancePath+"/revision",schemaPath:"#/properties/revision/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
if(data.asked !== undefined){
let data2 = data.asked;
if(typeof data2 === "string"){
if(!(formats0.test(data2))){
const err8 = {instancePath:instancePath+"/asked",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err9 = {instancePath:instancePath+"/asked",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.state !== undefined){
let data3 = data.state;
if(!(((((((data3 === "asked") || (data3 === "refused")) || (data3 === "none")) || (data3 === "pending")) || (data3 === "succeeded")) || (data3 === "failed")) || (data3 === "handled"))){
const err10 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/enum",keyword:"enum",params:{allowedValues: schema61.properties.state.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.invoice !== undefined){
let data4 = data.invoice;
if(typeof data4 === "string"){
if(func2(data4) > 255){
const err11 = {instancePath:instancePath+"/invoice",schemaPath:"#/properties/invoice/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
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
const err12 = {instancePath:instancePath+"/invoice",schemaPath:"#/properties/invoice/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.unusedSince !== undefined){
let data5 = data.unusedSince;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err13 = {instancePath:instancePath+"/unusedSince",schemaPath:"#/properties/unusedSince/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 0 || isNaN(data5)){
const err14 = {instancePath:instancePath+"/unusedSince",schemaPath:"#/properties/unusedSince/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
if(data.ids !== undefined){
let data6 = data.ids;
if(Array.isArray(data6)){
if(data6.length > 20){
const err15 = {instancePath:instancePath+"/ids",schemaPath:"#/properties/ids/maxItems",keyword:"maxItems",params:{limit: 20},message:"must NOT have more than 20 items"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
let data7 = data6[i0];
if(typeof data7 === "string"){
if(func2(data7) > 255){
const err16 = {instancePath:instancePath+"/ids/" + i0,schemaPath:"#/properties/ids/items/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/ids/" + i0,schemaPath:"#/properties/ids/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err18 = {instancePath:instancePath+"/ids",schemaPath:"#/properties/ids/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.amount !== undefined){
let data8 = data.amount;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err19 = {instancePath:instancePath+"/amount",schemaPath:"#/properties/amount/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 0 || isNaN(data8)){
const err20 = {instancePath:instancePath+"/amount",schemaPath:"#/properties/amount/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
if(data.currency !== undefined){
let data9 = data.currency;
if(typeof data9 === "string"){
if(!pattern16.test(data9)){
const err21 = {instancePath:instancePath+"/currency",schemaPath:"#/properties/currency/pattern",keyword:"pattern",params:{pattern: "^[a-z]{3}$"},message:"must match pattern \""+"^[a-z]{3}$"+"\""};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/currency",schemaPath:"#/properties/currency/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.reason !== undefined){
let data10 = data.reason;
if(typeof data10 === "string"){
if(func2(data10) > 200){
const err23 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
else {
const err25 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
validate25.errors = vErrors;
return errors === 0;
}
validate25.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema63 = {"type":"object","additionalProperties":false,"required":["of","asked","state","at"],"properties":{"of":{"type":"string","minLength":1,"maxLength":80,"description":"what it is about: a revision, the time of a tombstone, …; it is sent once for each"},"asked":{"$ref":"#/$defs/time","description":"when it was about to be sent for the first time"},"state":{"enum":["asked","failing","sent","refused","noAddress","unknown"],"description":"asked and failing: it is tried again; unknown: it may have been sent, and is not tried again"},"at":{"$ref":"#/$defs/time","description":"when this state began"},"reason":{"type":"string","maxLength":60,"description":"of a failure"}}};

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate27.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.of === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "of"},message:"must have required property '"+"of"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.asked === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "asked"},message:"must have required property '"+"asked"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.state === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "state"},message:"must have required property '"+"state"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.at === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "of") || (key0 === "asked")) || (key0 === "state")) || (key0 === "at")) || (key0 === "reason"))){
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
if(data.of !== undefined){
let data0 = data.of;
if(typeof data0 === "string"){
if(func2(data0) > 80){
const err5 = {instancePath:instancePath+"/of",schemaPath:"#/properties/of/maxLength",keyword:"maxLength",params:{limit: 80},message:"must NOT have more than 80 characters"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(func2(data0) < 1){
const err6 = {instancePath:instancePath+"/of",schemaPath:"#/properties/of/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/of",schemaPath:"#/properties/of/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.asked !== undefined){
let data1 = data.asked;
if(typeof data1 === "string"){
if(!(formats0.test(data1))){
const err8 = {instancePath:instancePath+"/asked",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err9 = {instancePath:instancePath+"/asked",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.state !== undefined){
let data2 = data.state;
if(!((((((data2 === "asked") || (data2 === "failing")) || (data2 === "sent")) || (data2 === "refused")) || (data2 === "noAddress")) || (data2 === "unknown"))){
const err10 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/enum",keyword:"enum",params:{allowedValues: schema63.properties.state.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.at !== undefined){
let data3 = data.at;
if(typeof data3 === "string"){
if(!(formats0.test(data3))){
const err11 = {instancePath:instancePath+"/at",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err12 = {instancePath:instancePath+"/at",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.reason !== undefined){
let data4 = data.reason;
if(typeof data4 === "string"){
if(func2(data4) > 60){
const err13 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/maxLength",keyword:"maxLength",params:{limit: 60},message:"must NOT have more than 60 characters"};
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
const err14 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
validate27.errors = vErrors;
return errors === 0;
}
validate27.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://aura.dev/schemas/status.schema.json" */;
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
if(data.subscription === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "subscription"},message:"must have required property '"+"subscription"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.customer === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "customer"},message:"must have required property '"+"customer"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.phase === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "phase"},message:"must have required property '"+"phase"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.conditions === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "conditions"},message:"must have required property '"+"conditions"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.everRunning === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "everRunning"},message:"must have required property '"+"everRunning"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.attempts === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "attempts"},message:"must have required property '"+"attempts"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.destroyed === undefined){
const err9 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "destroyed"},message:"must have required property '"+"destroyed"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data.receipts === undefined){
const err10 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "receipts"},message:"must have required property '"+"receipts"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema31.properties, key0))){
const err11 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.apiVersion !== undefined){
if("aura.dev/v1" !== data.apiVersion){
const err12 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/const",keyword:"const",params:{allowedValue: "aura.dev/v1"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.kind !== undefined){
if("AgentStatus" !== data.kind){
const err13 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "AgentStatus"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.name !== undefined){
let data2 = data.name;
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
const err14 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
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
const err15 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.subscription !== undefined){
let data3 = data.subscription;
if(typeof data3 === "string"){
if(func2(data3) > 100){
const err16 = {instancePath:instancePath+"/subscription",schemaPath:"#/properties/subscription/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/subscription",schemaPath:"#/properties/subscription/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.customer !== undefined){
let data4 = data.customer;
if(typeof data4 === "string"){
if(func2(data4) > 255){
const err18 = {instancePath:instancePath+"/customer",schemaPath:"#/properties/customer/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/customer",schemaPath:"#/properties/customer/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.phase !== undefined){
let data5 = data.phase;
if(!(((((((((((((data5 === "queued") || (data5 === "creating")) || (data5 === "configuring")) || (data5 === "joining")) || (data5 === "running")) || (data5 === "updating")) || (data5 === "stopping")) || (data5 === "stopped")) || (data5 === "suspended")) || (data5 === "retiring")) || (data5 === "retired")) || (data5 === "failed")) || (data5 === "frozen"))){
const err20 = {instancePath:instancePath+"/phase",schemaPath:"#/properties/phase/enum",keyword:"enum",params:{allowedValues: schema31.properties.phase.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.phaseSince !== undefined){
let data6 = data.phaseSince;
if(typeof data6 === "string"){
if(!(formats0.test(data6))){
const err21 = {instancePath:instancePath+"/phaseSince",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/phaseSince",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.observedOid !== undefined){
let data7 = data.observedOid;
if(typeof data7 === "string"){
if(!pattern5.test(data7)){
const err23 = {instancePath:instancePath+"/observedOid",schemaPath:"#/$defs/oid/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40}([0-9a-f]{24})?$"},message:"must match pattern \""+"^[0-9a-f]{40}([0-9a-f]{24})?$"+"\""};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/observedOid",schemaPath:"#/$defs/oid/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.conditions !== undefined){
let data8 = data.conditions;
if(Array.isArray(data8)){
if(data8.length > 40){
const err25 = {instancePath:instancePath+"/conditions",schemaPath:"#/properties/conditions/maxItems",keyword:"maxItems",params:{limit: 40},message:"must NOT have more than 40 items"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
const len0 = data8.length;
for(let i0=0; i0<len0; i0++){
if(!(validate21(data8[i0], {instancePath:instancePath+"/conditions/" + i0,parentData:data8,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err26 = {instancePath:instancePath+"/conditions",schemaPath:"#/properties/conditions/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.lease !== undefined){
let data10 = data.lease;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.run === undefined){
const err27 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/required",keyword:"required",params:{missingProperty: "run"},message:"must have required property '"+"run"+"'"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data10.runAttempt === undefined){
const err28 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/required",keyword:"required",params:{missingProperty: "runAttempt"},message:"must have required property '"+"runAttempt"+"'"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data10.change === undefined){
const err29 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/required",keyword:"required",params:{missingProperty: "change"},message:"must have required property '"+"change"+"'"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data10.nonce === undefined){
const err30 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/required",keyword:"required",params:{missingProperty: "nonce"},message:"must have required property '"+"nonce"+"'"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data10.since === undefined){
const err31 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data10.until === undefined){
const err32 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/required",keyword:"required",params:{missingProperty: "until"},message:"must have required property '"+"until"+"'"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(data10.step === undefined){
const err33 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/required",keyword:"required",params:{missingProperty: "step"},message:"must have required property '"+"step"+"'"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
for(const key1 in data10){
if(!(func1.call(schema31.properties.lease.properties, key1))){
const err34 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data10.run !== undefined){
let data11 = data10.run;
if(typeof data11 === "string"){
if(func2(data11) > 100){
const err35 = {instancePath:instancePath+"/lease/run",schemaPath:"#/properties/lease/properties/run/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(func2(data11) < 1){
const err36 = {instancePath:instancePath+"/lease/run",schemaPath:"#/properties/lease/properties/run/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err37 = {instancePath:instancePath+"/lease/run",schemaPath:"#/properties/lease/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data10.runAttempt !== undefined){
let data12 = data10.runAttempt;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
const err38 = {instancePath:instancePath+"/lease/runAttempt",schemaPath:"#/$defs/runAttempt/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 < 1 || isNaN(data12)){
const err39 = {instancePath:instancePath+"/lease/runAttempt",schemaPath:"#/$defs/runAttempt/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
if(data10.change !== undefined){
let data13 = data10.change;
if(!(((((((((((data13 === "create") || (data13 === "resume")) || (data13 === "rollback")) || (data13 === "replace")) || (data13 === "adopt")) || (data13 === "power")) || (data13 === "resize")) || (data13 === "repair")) || (data13 === "configure")) || (data13 === "retire")) || (data13 === "giveUp"))){
const err40 = {instancePath:instancePath+"/lease/change",schemaPath:"#/$defs/changeKind/enum",keyword:"enum",params:{allowedValues: schema38.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data10.plan !== undefined){
let data14 = data10.plan;
if(typeof data14 === "string"){
if(!pattern9.test(data14)){
const err41 = {instancePath:instancePath+"/lease/plan",schemaPath:"#/properties/lease/properties/plan/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{12}$"},message:"must match pattern \""+"^[0-9a-f]{12}$"+"\""};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
else {
const err42 = {instancePath:instancePath+"/lease/plan",schemaPath:"#/properties/lease/properties/plan/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data10.nonce !== undefined){
let data15 = data10.nonce;
if(typeof data15 === "string"){
if(!pattern10.test(data15)){
const err43 = {instancePath:instancePath+"/lease/nonce",schemaPath:"#/$defs/nonce/pattern",keyword:"pattern",params:{pattern: "^[0-9a-z]{16}$"},message:"must match pattern \""+"^[0-9a-z]{16}$"+"\""};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/lease/nonce",schemaPath:"#/$defs/nonce/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data10.since !== undefined){
let data16 = data10.since;
if(typeof data16 === "string"){
if(!(formats0.test(data16))){
const err45 = {instancePath:instancePath+"/lease/since",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
else {
const err46 = {instancePath:instancePath+"/lease/since",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data10.until !== undefined){
let data17 = data10.until;
if(typeof data17 === "string"){
if(!(formats0.test(data17))){
const err47 = {instancePath:instancePath+"/lease/until",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
else {
const err48 = {instancePath:instancePath+"/lease/until",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data10.step !== undefined){
let data18 = data10.step;
if(!((((((((((((((data18 === "lease") || (data18 === "vm")) || (data18 === "boot")) || (data18 === "configure")) || (data18 === "join")) || (data18 === "verify")) || (data18 === "power")) || (data18 === "resize")) || (data18 === "repair")) || (data18 === "device")) || (data18 === "server")) || (data18 === "address")) || (data18 === "state")) || (data18 === "done"))){
const err49 = {instancePath:instancePath+"/lease/step",schemaPath:"#/$defs/step/enum",keyword:"enum",params:{allowedValues: schema42.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data10.stepSince !== undefined){
let data19 = data10.stepSince;
if(typeof data19 === "string"){
if(!(formats0.test(data19))){
const err50 = {instancePath:instancePath+"/lease/stepSince",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/lease/stepSince",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data10.approval !== undefined){
let data20 = data10.approval;
if(typeof data20 === "string"){
if(func2(data20) > 4096){
const err52 = {instancePath:instancePath+"/lease/approval",schemaPath:"#/properties/lease/properties/approval/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
else {
const err53 = {instancePath:instancePath+"/lease/approval",schemaPath:"#/properties/lease/properties/approval/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
}
else {
const err54 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data.server !== undefined){
let data21 = data.server;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.id === undefined){
const err55 = {instancePath:instancePath+"/server",schemaPath:"#/properties/server/required",keyword:"required",params:{missingProperty: "id"},message:"must have required property '"+"id"+"'"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(data21.nonce === undefined){
const err56 = {instancePath:instancePath+"/server",schemaPath:"#/properties/server/required",keyword:"required",params:{missingProperty: "nonce"},message:"must have required property '"+"nonce"+"'"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data21.created === undefined){
const err57 = {instancePath:instancePath+"/server",schemaPath:"#/properties/server/required",keyword:"required",params:{missingProperty: "created"},message:"must have required property '"+"created"+"'"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
for(const key2 in data21){
if(!(((((((key2 === "id") || (key2 === "nonce")) || (key2 === "created")) || (key2 === "ipv4")) || (key2 === "power")) || (key2 === "disrupted")) || (key2 === "isolation"))){
const err58 = {instancePath:instancePath+"/server",schemaPath:"#/properties/server/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data21.id !== undefined){
let data22 = data21.id;
if(typeof data22 === "string"){
if(!pattern11.test(data22)){
const err59 = {instancePath:instancePath+"/server/id",schemaPath:"#/properties/server/properties/id/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
else {
const err60 = {instancePath:instancePath+"/server/id",schemaPath:"#/properties/server/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data21.nonce !== undefined){
let data23 = data21.nonce;
if(typeof data23 === "string"){
if(!pattern10.test(data23)){
const err61 = {instancePath:instancePath+"/server/nonce",schemaPath:"#/$defs/nonce/pattern",keyword:"pattern",params:{pattern: "^[0-9a-z]{16}$"},message:"must match pattern \""+"^[0-9a-z]{16}$"+"\""};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/server/nonce",schemaPath:"#/$defs/nonce/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data21.created !== undefined){
let data24 = data21.created;
if(typeof data24 === "string"){
if(!(formats0.test(data24))){
const err63 = {instancePath:instancePath+"/server/created",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
else {
const err64 = {instancePath:instancePath+"/server/created",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data21.ipv4 !== undefined){
let data25 = data21.ipv4;
if(typeof data25 === "string"){
if(func2(data25) > 45){
const err65 = {instancePath:instancePath+"/server/ipv4",schemaPath:"#/properties/server/properties/ipv4/maxLength",keyword:"maxLength",params:{limit: 45},message:"must NOT have more than 45 characters"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
else {
const err66 = {instancePath:instancePath+"/server/ipv4",schemaPath:"#/properties/server/properties/ipv4/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data21.power !== undefined){
let data26 = data21.power;
if(!((data26 === "on") || (data26 === "off"))){
const err67 = {instancePath:instancePath+"/server/power",schemaPath:"#/properties/server/properties/power/enum",keyword:"enum",params:{allowedValues: schema31.properties.server.properties.power.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
if(data21.disrupted !== undefined){
let data27 = data21.disrupted;
if(typeof data27 === "string"){
if(!(formats0.test(data27))){
const err68 = {instancePath:instancePath+"/server/disrupted",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
else {
const err69 = {instancePath:instancePath+"/server/disrupted",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data21.isolation !== undefined){
let data28 = data21.isolation;
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
if(data28.since === undefined){
const err70 = {instancePath:instancePath+"/server/isolation",schemaPath:"#/properties/server/properties/isolation/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
if(data28.snapshot === undefined){
const err71 = {instancePath:instancePath+"/server/isolation",schemaPath:"#/properties/server/properties/isolation/required",keyword:"required",params:{missingProperty: "snapshot"},message:"must have required property '"+"snapshot"+"'"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
for(const key3 in data28){
if(!((key3 === "since") || (key3 === "snapshot"))){
const err72 = {instancePath:instancePath+"/server/isolation",schemaPath:"#/properties/server/properties/isolation/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
if(data28.since !== undefined){
let data29 = data28.since;
if(typeof data29 === "string"){
if(!(formats0.test(data29))){
const err73 = {instancePath:instancePath+"/server/isolation/since",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
else {
const err74 = {instancePath:instancePath+"/server/isolation/since",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data28.snapshot !== undefined){
let data30 = data28.snapshot;
if((typeof data30 !== "string") && (data30 !== null)){
const err75 = {instancePath:instancePath+"/server/isolation/snapshot",schemaPath:"#/properties/server/properties/isolation/properties/snapshot/type",keyword:"type",params:{type: schema31.properties.server.properties.isolation.properties.snapshot.type},message:"must be string,null"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if(typeof data30 === "string"){
if(!pattern11.test(data30)){
const err76 = {instancePath:instancePath+"/server/isolation/snapshot",schemaPath:"#/properties/server/properties/isolation/properties/snapshot/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
}
}
else {
const err77 = {instancePath:instancePath+"/server/isolation",schemaPath:"#/properties/server/properties/isolation/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
}
else {
const err78 = {instancePath:instancePath+"/server",schemaPath:"#/properties/server/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data.hostKey !== undefined){
let data31 = data.hostKey;
if(typeof data31 === "string"){
if(func2(data31) > 2000){
const err79 = {instancePath:instancePath+"/hostKey",schemaPath:"#/properties/hostKey/maxLength",keyword:"maxLength",params:{limit: 2000},message:"must NOT have more than 2000 characters"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
else {
const err80 = {instancePath:instancePath+"/hostKey",schemaPath:"#/properties/hostKey/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data.nextHostKey !== undefined){
let data32 = data.nextHostKey;
if(typeof data32 === "string"){
if(func2(data32) > 2000){
const err81 = {instancePath:instancePath+"/nextHostKey",schemaPath:"#/properties/nextHostKey/maxLength",keyword:"maxLength",params:{limit: 2000},message:"must NOT have more than 2000 characters"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
else {
const err82 = {instancePath:instancePath+"/nextHostKey",schemaPath:"#/properties/nextHostKey/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
if(data.chosen !== undefined){
let data33 = data.chosen;
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
if(data33.revision === undefined){
const err83 = {instancePath:instancePath+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "revision"},message:"must have required property '"+"revision"+"'"};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
if(data33.plan === undefined){
const err84 = {instancePath:instancePath+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "plan"},message:"must have required property '"+"plan"+"'"};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
if(data33.region === undefined){
const err85 = {instancePath:instancePath+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "region"},message:"must have required property '"+"region"+"'"};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
if(data33.location === undefined){
const err86 = {instancePath:instancePath+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "location"},message:"must have required property '"+"location"+"'"};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
if(data33.serverType === undefined){
const err87 = {instancePath:instancePath+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "serverType"},message:"must have required property '"+"serverType"+"'"};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
if(data33.image === undefined){
const err88 = {instancePath:instancePath+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'"};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
for(const key4 in data33){
if(!((((((key4 === "revision") || (key4 === "plan")) || (key4 === "region")) || (key4 === "location")) || (key4 === "serverType")) || (key4 === "image"))){
const err89 = {instancePath:instancePath+"/chosen",schemaPath:"#/$defs/choice/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
if(data33.revision !== undefined){
let data34 = data33.revision;
if(!(((typeof data34 == "number") && (!(data34 % 1) && !isNaN(data34))) && (isFinite(data34)))){
const err90 = {instancePath:instancePath+"/chosen/revision",schemaPath:"#/$defs/choice/properties/revision/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 < 1 || isNaN(data34)){
const err91 = {instancePath:instancePath+"/chosen/revision",schemaPath:"#/$defs/choice/properties/revision/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
}
if(data33.plan !== undefined){
let data35 = data33.plan;
if(typeof data35 === "string"){
if(func2(data35) > 40){
const err92 = {instancePath:instancePath+"/chosen/plan",schemaPath:"#/$defs/choice/properties/plan/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
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
const err93 = {instancePath:instancePath+"/chosen/plan",schemaPath:"#/$defs/choice/properties/plan/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data33.region !== undefined){
let data36 = data33.region;
if(typeof data36 === "string"){
if(func2(data36) > 40){
const err94 = {instancePath:instancePath+"/chosen/region",schemaPath:"#/$defs/choice/properties/region/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
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
const err95 = {instancePath:instancePath+"/chosen/region",schemaPath:"#/$defs/choice/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
if(data33.location !== undefined){
let data37 = data33.location;
if(typeof data37 === "string"){
if(func2(data37) > 20){
const err96 = {instancePath:instancePath+"/chosen/location",schemaPath:"#/$defs/choice/properties/location/maxLength",keyword:"maxLength",params:{limit: 20},message:"must NOT have more than 20 characters"};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
else {
const err97 = {instancePath:instancePath+"/chosen/location",schemaPath:"#/$defs/choice/properties/location/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
if(data33.serverType !== undefined){
let data38 = data33.serverType;
if(typeof data38 === "string"){
if(func2(data38) > 40){
const err98 = {instancePath:instancePath+"/chosen/serverType",schemaPath:"#/$defs/choice/properties/serverType/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
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
const err99 = {instancePath:instancePath+"/chosen/serverType",schemaPath:"#/$defs/choice/properties/serverType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
if(data33.image !== undefined){
let data39 = data33.image;
if(typeof data39 === "string"){
if(func2(data39) > 80){
const err100 = {instancePath:instancePath+"/chosen/image",schemaPath:"#/$defs/choice/properties/image/maxLength",keyword:"maxLength",params:{limit: 80},message:"must NOT have more than 80 characters"};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
else {
const err101 = {instancePath:instancePath+"/chosen/image",schemaPath:"#/$defs/choice/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
}
else {
const err102 = {instancePath:instancePath+"/chosen",schemaPath:"#/$defs/choice/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
if(data.creates !== undefined){
let data40 = data.creates;
if(Array.isArray(data40)){
if(data40.length > 5){
const err103 = {instancePath:instancePath+"/creates",schemaPath:"#/properties/creates/maxItems",keyword:"maxItems",params:{limit: 5},message:"must NOT have more than 5 items"};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
const len1 = data40.length;
for(let i1=0; i1<len1; i1++){
let data41 = data40[i1];
if(data41 && typeof data41 == "object" && !Array.isArray(data41)){
if(data41.nonce === undefined){
const err104 = {instancePath:instancePath+"/creates/" + i1,schemaPath:"#/properties/creates/items/required",keyword:"required",params:{missingProperty: "nonce"},message:"must have required property '"+"nonce"+"'"};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
if(data41.hostKey === undefined){
const err105 = {instancePath:instancePath+"/creates/" + i1,schemaPath:"#/properties/creates/items/required",keyword:"required",params:{missingProperty: "hostKey"},message:"must have required property '"+"hostKey"+"'"};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
if(data41.chosen === undefined){
const err106 = {instancePath:instancePath+"/creates/" + i1,schemaPath:"#/properties/creates/items/required",keyword:"required",params:{missingProperty: "chosen"},message:"must have required property '"+"chosen"+"'"};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
for(const key5 in data41){
if(!((((key5 === "nonce") || (key5 === "hostKey")) || (key5 === "nextHostKey")) || (key5 === "chosen"))){
const err107 = {instancePath:instancePath+"/creates/" + i1,schemaPath:"#/properties/creates/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(data41.nonce !== undefined){
let data42 = data41.nonce;
if(typeof data42 === "string"){
if(!pattern10.test(data42)){
const err108 = {instancePath:instancePath+"/creates/" + i1+"/nonce",schemaPath:"#/$defs/nonce/pattern",keyword:"pattern",params:{pattern: "^[0-9a-z]{16}$"},message:"must match pattern \""+"^[0-9a-z]{16}$"+"\""};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
else {
const err109 = {instancePath:instancePath+"/creates/" + i1+"/nonce",schemaPath:"#/$defs/nonce/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
if(data41.hostKey !== undefined){
let data43 = data41.hostKey;
if(typeof data43 === "string"){
if(func2(data43) > 2000){
const err110 = {instancePath:instancePath+"/creates/" + i1+"/hostKey",schemaPath:"#/properties/creates/items/properties/hostKey/maxLength",keyword:"maxLength",params:{limit: 2000},message:"must NOT have more than 2000 characters"};
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
const err111 = {instancePath:instancePath+"/creates/" + i1+"/hostKey",schemaPath:"#/properties/creates/items/properties/hostKey/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
if(data41.nextHostKey !== undefined){
let data44 = data41.nextHostKey;
if(typeof data44 === "string"){
if(func2(data44) > 2000){
const err112 = {instancePath:instancePath+"/creates/" + i1+"/nextHostKey",schemaPath:"#/properties/creates/items/properties/nextHostKey/maxLength",keyword:"maxLength",params:{limit: 2000},message:"must NOT have more than 2000 characters"};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
else {
const err113 = {instancePath:instancePath+"/creates/" + i1+"/nextHostKey",schemaPath:"#/properties/creates/items/properties/nextHostKey/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
if(data41.chosen !== undefined){
let data45 = data41.chosen;
if(data45 && typeof data45 == "object" && !Array.isArray(data45)){
if(data45.revision === undefined){
const err114 = {instancePath:instancePath+"/creates/" + i1+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "revision"},message:"must have required property '"+"revision"+"'"};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
if(data45.plan === undefined){
const err115 = {instancePath:instancePath+"/creates/" + i1+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "plan"},message:"must have required property '"+"plan"+"'"};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
if(data45.region === undefined){
const err116 = {instancePath:instancePath+"/creates/" + i1+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "region"},message:"must have required property '"+"region"+"'"};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
if(data45.location === undefined){
const err117 = {instancePath:instancePath+"/creates/" + i1+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "location"},message:"must have required property '"+"location"+"'"};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
if(data45.serverType === undefined){
const err118 = {instancePath:instancePath+"/creates/" + i1+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "serverType"},message:"must have required property '"+"serverType"+"'"};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
if(data45.image === undefined){
const err119 = {instancePath:instancePath+"/creates/" + i1+"/chosen",schemaPath:"#/$defs/choice/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'"};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
for(const key6 in data45){
if(!((((((key6 === "revision") || (key6 === "plan")) || (key6 === "region")) || (key6 === "location")) || (key6 === "serverType")) || (key6 === "image"))){
const err120 = {instancePath:instancePath+"/creates/" + i1+"/chosen",schemaPath:"#/$defs/choice/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
if(data45.revision !== undefined){
let data46 = data45.revision;
if(!(((typeof data46 == "number") && (!(data46 % 1) && !isNaN(data46))) && (isFinite(data46)))){
const err121 = {instancePath:instancePath+"/creates/" + i1+"/chosen/revision",schemaPath:"#/$defs/choice/properties/revision/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
if((typeof data46 == "number") && (isFinite(data46))){
if(data46 < 1 || isNaN(data46)){
const err122 = {instancePath:instancePath+"/creates/" + i1+"/chosen/revision",schemaPath:"#/$defs/choice/properties/revision/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
}
if(data45.plan !== undefined){
let data47 = data45.plan;
if(typeof data47 === "string"){
if(func2(data47) > 40){
const err123 = {instancePath:instancePath+"/creates/" + i1+"/chosen/plan",schemaPath:"#/$defs/choice/properties/plan/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
else {
const err124 = {instancePath:instancePath+"/creates/" + i1+"/chosen/plan",schemaPath:"#/$defs/choice/properties/plan/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
if(data45.region !== undefined){
let data48 = data45.region;
if(typeof data48 === "string"){
if(func2(data48) > 40){
const err125 = {instancePath:instancePath+"/creates/" + i1+"/chosen/region",schemaPath:"#/$defs/choice/properties/region/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
else {
const err126 = {instancePath:instancePath+"/creates/" + i1+"/chosen/region",schemaPath:"#/$defs/choice/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
if(data45.location !== undefined){
let data49 = data45.location;
if(typeof data49 === "string"){
if(func2(data49) > 20){
const err127 = {instancePath:instancePath+"/creates/" + i1+"/chosen/location",schemaPath:"#/$defs/choice/properties/location/maxLength",keyword:"maxLength",params:{limit: 20},message:"must NOT have more than 20 characters"};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
else {
const err128 = {instancePath:instancePath+"/creates/" + i1+"/chosen/location",schemaPath:"#/$defs/choice/properties/location/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
if(data45.serverType !== undefined){
let data50 = data45.serverType;
if(typeof data50 === "string"){
if(func2(data50) > 40){
const err129 = {instancePath:instancePath+"/creates/" + i1+"/chosen/serverType",schemaPath:"#/$defs/choice/properties/serverType/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
else {
const err130 = {instancePath:instancePath+"/creates/" + i1+"/chosen/serverType",schemaPath:"#/$defs/choice/properties/serverType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
}
if(data45.image !== undefined){
let data51 = data45.image;
if(typeof data51 === "string"){
if(func2(data51) > 80){
const err131 = {instancePath:instancePath+"/creates/" + i1+"/chosen/image",schemaPath:"#/$defs/choice/properties/image/maxLength",keyword:"maxLength",params:{limit: 80},message:"must NOT have more than 80 characters"};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
else {
const err132 = {instancePath:instancePath+"/creates/" + i1+"/chosen/image",schemaPath:"#/$defs/choice/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
}
else {
const err133 = {instancePath:instancePath+"/creates/" + i1+"/chosen",schemaPath:"#/$defs/choice/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
}
else {
const err134 = {instancePath:instancePath+"/creates/" + i1,schemaPath:"#/properties/creates/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
}
else {
const err135 = {instancePath:instancePath+"/creates",schemaPath:"#/properties/creates/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
if(data.configured !== undefined){
let data52 = data.configured;
if(data52 && typeof data52 == "object" && !Array.isArray(data52)){
if(data52.configHash === undefined){
const err136 = {instancePath:instancePath+"/configured",schemaPath:"#/properties/configured/required",keyword:"required",params:{missingProperty: "configHash"},message:"must have required property '"+"configHash"+"'"};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
if(data52.roleVersion === undefined){
const err137 = {instancePath:instancePath+"/configured",schemaPath:"#/properties/configured/required",keyword:"required",params:{missingProperty: "roleVersion"},message:"must have required property '"+"roleVersion"+"'"};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
if(data52.at === undefined){
const err138 = {instancePath:instancePath+"/configured",schemaPath:"#/properties/configured/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
for(const key7 in data52){
if(!(((key7 === "configHash") || (key7 === "roleVersion")) || (key7 === "at"))){
const err139 = {instancePath:instancePath+"/configured",schemaPath:"#/properties/configured/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
if(data52.configHash !== undefined){
let data53 = data52.configHash;
if(typeof data53 === "string"){
if(!pattern15.test(data53)){
const err140 = {instancePath:instancePath+"/configured/configHash",schemaPath:"#/properties/configured/properties/configHash/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{32}$"},message:"must match pattern \""+"^[0-9a-f]{32}$"+"\""};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
else {
const err141 = {instancePath:instancePath+"/configured/configHash",schemaPath:"#/properties/configured/properties/configHash/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
if(data52.roleVersion !== undefined){
let data54 = data52.roleVersion;
if(typeof data54 === "string"){
if(func2(data54) > 40){
const err142 = {instancePath:instancePath+"/configured/roleVersion",schemaPath:"#/properties/configured/properties/roleVersion/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
else {
const err143 = {instancePath:instancePath+"/configured/roleVersion",schemaPath:"#/properties/configured/properties/roleVersion/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
if(data52.at !== undefined){
let data55 = data52.at;
if(typeof data55 === "string"){
if(!(formats0.test(data55))){
const err144 = {instancePath:instancePath+"/configured/at",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err145 = {instancePath:instancePath+"/configured/at",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err146 = {instancePath:instancePath+"/configured",schemaPath:"#/properties/configured/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
if(data.tailnet !== undefined){
let data56 = data.tailnet;
if(data56 && typeof data56 == "object" && !Array.isArray(data56)){
if(data56.nodeId === undefined){
const err147 = {instancePath:instancePath+"/tailnet",schemaPath:"#/properties/tailnet/required",keyword:"required",params:{missingProperty: "nodeId"},message:"must have required property '"+"nodeId"+"'"};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
if(data56.address === undefined){
const err148 = {instancePath:instancePath+"/tailnet",schemaPath:"#/properties/tailnet/required",keyword:"required",params:{missingProperty: "address"},message:"must have required property '"+"address"+"'"};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
for(const key8 in data56){
if(!(((key8 === "nodeId") || (key8 === "address")) || (key8 === "name"))){
const err149 = {instancePath:instancePath+"/tailnet",schemaPath:"#/properties/tailnet/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
if(data56.nodeId !== undefined){
let data57 = data56.nodeId;
if(typeof data57 === "string"){
if(func2(data57) > 60){
const err150 = {instancePath:instancePath+"/tailnet/nodeId",schemaPath:"#/properties/tailnet/properties/nodeId/maxLength",keyword:"maxLength",params:{limit: 60},message:"must NOT have more than 60 characters"};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
else {
const err151 = {instancePath:instancePath+"/tailnet/nodeId",schemaPath:"#/properties/tailnet/properties/nodeId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
if(data56.address !== undefined){
let data58 = data56.address;
if(typeof data58 === "string"){
if(func2(data58) > 45){
const err152 = {instancePath:instancePath+"/tailnet/address",schemaPath:"#/properties/tailnet/properties/address/maxLength",keyword:"maxLength",params:{limit: 45},message:"must NOT have more than 45 characters"};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
}
else {
const err153 = {instancePath:instancePath+"/tailnet/address",schemaPath:"#/properties/tailnet/properties/address/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
}
if(data56.name !== undefined){
let data59 = data56.name;
if(typeof data59 === "string"){
if(func2(data59) > 253){
const err154 = {instancePath:instancePath+"/tailnet/name",schemaPath:"#/properties/tailnet/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
else {
const err155 = {instancePath:instancePath+"/tailnet/name",schemaPath:"#/properties/tailnet/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
}
}
else {
const err156 = {instancePath:instancePath+"/tailnet",schemaPath:"#/properties/tailnet/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
}
if(data.everRunning !== undefined){
if(typeof data.everRunning !== "boolean"){
const err157 = {instancePath:instancePath+"/everRunning",schemaPath:"#/properties/everRunning/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
}
if(data.attempts !== undefined){
let data61 = data.attempts;
if(Array.isArray(data61)){
if(data61.length > 40){
const err158 = {instancePath:instancePath+"/attempts",schemaPath:"#/properties/attempts/maxItems",keyword:"maxItems",params:{limit: 40},message:"must NOT have more than 40 items"};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
const len2 = data61.length;
for(let i2=0; i2<len2; i2++){
if(!(validate23(data61[i2], {instancePath:instancePath+"/attempts/" + i2,parentData:data61,parentDataProperty:i2,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
}
else {
const err159 = {instancePath:instancePath+"/attempts",schemaPath:"#/properties/attempts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
}
if(data.destroyed !== undefined){
let data63 = data.destroyed;
if(Array.isArray(data63)){
if(data63.length > 50){
const err160 = {instancePath:instancePath+"/destroyed",schemaPath:"#/properties/destroyed/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items"};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
const len3 = data63.length;
for(let i3=0; i3<len3; i3++){
let data64 = data63[i3];
if(data64 && typeof data64 == "object" && !Array.isArray(data64)){
if(data64.at === undefined){
const err161 = {instancePath:instancePath+"/destroyed/" + i3,schemaPath:"#/properties/destroyed/items/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
if(data64.server === undefined){
const err162 = {instancePath:instancePath+"/destroyed/" + i3,schemaPath:"#/properties/destroyed/items/required",keyword:"required",params:{missingProperty: "server"},message:"must have required property '"+"server"+"'"};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
if(data64.kind === undefined){
const err163 = {instancePath:instancePath+"/destroyed/" + i3,schemaPath:"#/properties/destroyed/items/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
for(const key9 in data64){
if(!(((((key9 === "at") || (key9 === "server")) || (key9 === "kind")) || (key9 === "approval")) || (key9 === "asked"))){
const err164 = {instancePath:instancePath+"/destroyed/" + i3,schemaPath:"#/properties/destroyed/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
}
if(data64.at !== undefined){
let data65 = data64.at;
if(typeof data65 === "string"){
if(!(formats0.test(data65))){
const err165 = {instancePath:instancePath+"/destroyed/" + i3+"/at",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
}
else {
const err166 = {instancePath:instancePath+"/destroyed/" + i3+"/at",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
}
if(data64.server !== undefined){
let data66 = data64.server;
if(typeof data66 === "string"){
if(func2(data66) > 20){
const err167 = {instancePath:instancePath+"/destroyed/" + i3+"/server",schemaPath:"#/properties/destroyed/items/properties/server/maxLength",keyword:"maxLength",params:{limit: 20},message:"must NOT have more than 20 characters"};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
}
else {
const err168 = {instancePath:instancePath+"/destroyed/" + i3+"/server",schemaPath:"#/properties/destroyed/items/properties/server/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
}
if(data64.kind !== undefined){
let data67 = data64.kind;
if(!(((((data67 === "retire") || (data67 === "replace")) || (data67 === "rollback")) || (data67 === "orphan")) || (data67 === "assumed"))){
const err169 = {instancePath:instancePath+"/destroyed/" + i3+"/kind",schemaPath:"#/properties/destroyed/items/properties/kind/enum",keyword:"enum",params:{allowedValues: schema31.properties.destroyed.items.properties.kind.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
if(data64.approval !== undefined){
let data68 = data64.approval;
if(typeof data68 === "string"){
if(func2(data68) > 4096){
const err170 = {instancePath:instancePath+"/destroyed/" + i3+"/approval",schemaPath:"#/properties/destroyed/items/properties/approval/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters"};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
else {
const err171 = {instancePath:instancePath+"/destroyed/" + i3+"/approval",schemaPath:"#/properties/destroyed/items/properties/approval/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
}
if(data64.asked !== undefined){
let data69 = data64.asked;
if(typeof data69 === "string"){
if(!(formats0.test(data69))){
const err172 = {instancePath:instancePath+"/destroyed/" + i3+"/asked",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
}
else {
const err173 = {instancePath:instancePath+"/destroyed/" + i3+"/asked",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
}
else {
const err174 = {instancePath:instancePath+"/destroyed/" + i3,schemaPath:"#/properties/destroyed/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
}
}
else {
const err175 = {instancePath:instancePath+"/destroyed",schemaPath:"#/properties/destroyed/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
}
if(data.ending !== undefined){
let data70 = data.ending;
if(data70 && typeof data70 == "object" && !Array.isArray(data70)){
if(data70.change === undefined){
const err176 = {instancePath:instancePath+"/ending",schemaPath:"#/properties/ending/required",keyword:"required",params:{missingProperty: "change"},message:"must have required property '"+"change"+"'"};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
if(data70.of === undefined){
const err177 = {instancePath:instancePath+"/ending",schemaPath:"#/properties/ending/required",keyword:"required",params:{missingProperty: "of"},message:"must have required property '"+"of"+"'"};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
if(data70.seen === undefined){
const err178 = {instancePath:instancePath+"/ending",schemaPath:"#/properties/ending/required",keyword:"required",params:{missingProperty: "seen"},message:"must have required property '"+"seen"+"'"};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
for(const key10 in data70){
if(!(((key10 === "change") || (key10 === "of")) || (key10 === "seen"))){
const err179 = {instancePath:instancePath+"/ending",schemaPath:"#/properties/ending/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
}
if(data70.change !== undefined){
let data71 = data70.change;
if(!((data71 === "retire") || (data71 === "replace"))){
const err180 = {instancePath:instancePath+"/ending/change",schemaPath:"#/properties/ending/properties/change/enum",keyword:"enum",params:{allowedValues: schema31.properties.ending.properties.change.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
}
if(data70.of !== undefined){
let data72 = data70.of;
if(typeof data72 === "string"){
if(func2(data72) > 64){
const err181 = {instancePath:instancePath+"/ending/of",schemaPath:"#/properties/ending/properties/of/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
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
const err182 = {instancePath:instancePath+"/ending/of",schemaPath:"#/properties/ending/properties/of/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
}
if(data70.seen !== undefined){
let data73 = data70.seen;
if(typeof data73 === "string"){
if(!(formats0.test(data73))){
const err183 = {instancePath:instancePath+"/ending/seen",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err184 = {instancePath:instancePath+"/ending/seen",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err185 = {instancePath:instancePath+"/ending",schemaPath:"#/properties/ending/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
}
if(data.receipts !== undefined){
let data74 = data.receipts;
if(Array.isArray(data74)){
if(data74.length > 50){
const err186 = {instancePath:instancePath+"/receipts",schemaPath:"#/properties/receipts/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items"};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
const len4 = data74.length;
for(let i4=0; i4<len4; i4++){
let data75 = data74[i4];
if(typeof data75 === "string"){
if(func2(data75) > 120){
const err187 = {instancePath:instancePath+"/receipts/" + i4,schemaPath:"#/properties/receipts/items/maxLength",keyword:"maxLength",params:{limit: 120},message:"must NOT have more than 120 characters"};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
}
else {
const err188 = {instancePath:instancePath+"/receipts/" + i4,schemaPath:"#/properties/receipts/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
}
}
else {
const err189 = {instancePath:instancePath+"/receipts",schemaPath:"#/properties/receipts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
}
if(data.refunds !== undefined){
let data76 = data.refunds;
if(Array.isArray(data76)){
if(data76.length > 10){
const err190 = {instancePath:instancePath+"/refunds",schemaPath:"#/properties/refunds/maxItems",keyword:"maxItems",params:{limit: 10},message:"must NOT have more than 10 items"};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
const len5 = data76.length;
for(let i5=0; i5<len5; i5++){
if(!(validate25(data76[i5], {instancePath:instancePath+"/refunds/" + i5,parentData:data76,parentDataProperty:i5,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
}
else {
const err191 = {instancePath:instancePath+"/refunds",schemaPath:"#/properties/refunds/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
}
if(data.mails !== undefined){
let data78 = data.mails;
if(data78 && typeof data78 == "object" && !Array.isArray(data78)){
for(const key11 in data78){
if(!((((((key11 === "running") || (key11 === "failed")) || (key11 === "recovered")) || (key11 === "suspended")) || (key11 === "retiring")) || (key11 === "refunded"))){
const err192 = {instancePath:instancePath+"/mails",schemaPath:"#/properties/mails/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
}
if(data78.running !== undefined){
if(!(validate27(data78.running, {instancePath:instancePath+"/mails/running",parentData:data78,parentDataProperty:"running",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data78.failed !== undefined){
if(!(validate27(data78.failed, {instancePath:instancePath+"/mails/failed",parentData:data78,parentDataProperty:"failed",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data78.recovered !== undefined){
if(!(validate27(data78.recovered, {instancePath:instancePath+"/mails/recovered",parentData:data78,parentDataProperty:"recovered",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data78.suspended !== undefined){
if(!(validate27(data78.suspended, {instancePath:instancePath+"/mails/suspended",parentData:data78,parentDataProperty:"suspended",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data78.retiring !== undefined){
if(!(validate27(data78.retiring, {instancePath:instancePath+"/mails/retiring",parentData:data78,parentDataProperty:"retiring",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data78.refunded !== undefined){
if(!(validate27(data78.refunded, {instancePath:instancePath+"/mails/refunded",parentData:data78,parentDataProperty:"refunded",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err193 = {instancePath:instancePath+"/mails",schemaPath:"#/properties/mails/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
}
if(data.atStripe !== undefined){
let data85 = data.atStripe;
if(data85 && typeof data85 == "object" && !Array.isArray(data85)){
if(data85.since === undefined){
const err194 = {instancePath:instancePath+"/atStripe",schemaPath:"#/properties/atStripe/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
if(data85.tried === undefined){
const err195 = {instancePath:instancePath+"/atStripe",schemaPath:"#/properties/atStripe/required",keyword:"required",params:{missingProperty: "tried"},message:"must have required property '"+"tried"+"'"};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
if(data85.message === undefined){
const err196 = {instancePath:instancePath+"/atStripe",schemaPath:"#/properties/atStripe/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
for(const key12 in data85){
if(!(((key12 === "since") || (key12 === "tried")) || (key12 === "message"))){
const err197 = {instancePath:instancePath+"/atStripe",schemaPath:"#/properties/atStripe/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
}
if(data85.since !== undefined){
let data86 = data85.since;
if(typeof data86 === "string"){
if(!(formats0.test(data86))){
const err198 = {instancePath:instancePath+"/atStripe/since",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
}
else {
const err199 = {instancePath:instancePath+"/atStripe/since",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
}
if(data85.tried !== undefined){
let data87 = data85.tried;
if(typeof data87 === "string"){
if(!(formats0.test(data87))){
const err200 = {instancePath:instancePath+"/atStripe/tried",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
}
else {
const err201 = {instancePath:instancePath+"/atStripe/tried",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
}
if(data85.message !== undefined){
let data88 = data85.message;
if(typeof data88 === "string"){
if(func2(data88) > 1000){
const err202 = {instancePath:instancePath+"/atStripe/message",schemaPath:"#/properties/atStripe/properties/message/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
}
else {
const err203 = {instancePath:instancePath+"/atStripe/message",schemaPath:"#/properties/atStripe/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err204 = {instancePath:instancePath+"/atStripe",schemaPath:"#/properties/atStripe/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
}
if(data.cost !== undefined){
let data89 = data.cost;
if(data89 && typeof data89 == "object" && !Array.isArray(data89)){
if(data89.monthly === undefined){
const err205 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/required",keyword:"required",params:{missingProperty: "monthly"},message:"must have required property '"+"monthly"+"'"};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
if(data89.currency === undefined){
const err206 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/required",keyword:"required",params:{missingProperty: "currency"},message:"must have required property '"+"currency"+"'"};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
for(const key13 in data89){
if(!((key13 === "monthly") || (key13 === "currency"))){
const err207 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
}
if(data89.monthly !== undefined){
let data90 = data89.monthly;
if((typeof data90 == "number") && (isFinite(data90))){
if(data90 < 0 || isNaN(data90)){
const err208 = {instancePath:instancePath+"/cost/monthly",schemaPath:"#/properties/cost/properties/monthly/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
}
else {
const err209 = {instancePath:instancePath+"/cost/monthly",schemaPath:"#/properties/cost/properties/monthly/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
}
if(data89.currency !== undefined){
let data91 = data89.currency;
if(typeof data91 === "string"){
if(!pattern17.test(data91)){
const err210 = {instancePath:instancePath+"/cost/currency",schemaPath:"#/properties/cost/properties/currency/pattern",keyword:"pattern",params:{pattern: "^[A-Z]{3}$"},message:"must match pattern \""+"^[A-Z]{3}$"+"\""};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
}
else {
const err211 = {instancePath:instancePath+"/cost/currency",schemaPath:"#/properties/cost/properties/currency/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err212 = {instancePath:instancePath+"/cost",schemaPath:"#/properties/cost/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
}
if(data.timings !== undefined){
let data92 = data.timings;
if(Array.isArray(data92)){
if(data92.length > 12){
const err213 = {instancePath:instancePath+"/timings",schemaPath:"#/properties/timings/maxItems",keyword:"maxItems",params:{limit: 12},message:"must NOT have more than 12 items"};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
const len6 = data92.length;
for(let i6=0; i6<len6; i6++){
let data93 = data92[i6];
if(data93 && typeof data93 == "object" && !Array.isArray(data93)){
if(data93.step === undefined){
const err214 = {instancePath:instancePath+"/timings/" + i6,schemaPath:"#/properties/timings/items/required",keyword:"required",params:{missingProperty: "step"},message:"must have required property '"+"step"+"'"};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
if(data93.at === undefined){
const err215 = {instancePath:instancePath+"/timings/" + i6,schemaPath:"#/properties/timings/items/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
for(const key14 in data93){
if(!((key14 === "step") || (key14 === "at"))){
const err216 = {instancePath:instancePath+"/timings/" + i6,schemaPath:"#/properties/timings/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
}
if(data93.step !== undefined){
let data94 = data93.step;
if(!((((((((((((((data94 === "lease") || (data94 === "vm")) || (data94 === "boot")) || (data94 === "configure")) || (data94 === "join")) || (data94 === "verify")) || (data94 === "power")) || (data94 === "resize")) || (data94 === "repair")) || (data94 === "device")) || (data94 === "server")) || (data94 === "address")) || (data94 === "state")) || (data94 === "done"))){
const err217 = {instancePath:instancePath+"/timings/" + i6+"/step",schemaPath:"#/$defs/step/enum",keyword:"enum",params:{allowedValues: schema42.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
}
if(data93.at !== undefined){
let data95 = data93.at;
if(typeof data95 === "string"){
if(!(formats0.test(data95))){
const err218 = {instancePath:instancePath+"/timings/" + i6+"/at",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
}
else {
const err219 = {instancePath:instancePath+"/timings/" + i6+"/at",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
}
}
else {
const err220 = {instancePath:instancePath+"/timings/" + i6,schemaPath:"#/properties/timings/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err221 = {instancePath:instancePath+"/timings",schemaPath:"#/properties/timings/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
}
if(data.gone !== undefined){
let data96 = data.gone;
if(typeof data96 === "string"){
if(!(formats0.test(data96))){
const err222 = {instancePath:instancePath+"/gone",schemaPath:"#/$defs/time/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
}
}
else {
const err223 = {instancePath:instancePath+"/gone",schemaPath:"#/$defs/time/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
}
}
else {
const err224 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err224];
}
else {
vErrors.push(err224);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
