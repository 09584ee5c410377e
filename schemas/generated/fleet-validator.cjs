// Generated from the JSON Schema of its name by `npm run generate`. Do not edit.
"use strict";
module.exports = validate20;
module.exports.default = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://aura.dev/schemas/fleet.schema.json","title":"FleetRecord","description":"The record of the fleet as a whole, on branch `status`, at fleet.yaml. Only Aura writes it.","type":"object","additionalProperties":false,"required":["apiVersion","kind"],"properties":{"apiVersion":{"const":"aura.dev/v1"},"kind":{"const":"FleetStatus"},"begun":{"description":"When a run began to create the firewalls, in a project that had none. Until their ids are recorded, firewalls with our names are those that this run created.","type":"string","format":"date-time"},"firewalls":{"description":"Ids of the firewalls that the fleet shares, by role. Hetzner's ids are unique across projects, names are not: finding an id proves which project a token is for.","type":"object","additionalProperties":false,"required":["base","bootstrap"],"properties":{"base":{"$ref":"#/$defs/hetznerId"},"bootstrap":{"$ref":"#/$defs/hetznerId"},"isolation":{"$ref":"#/$defs/hetznerId"}}},"resync":{"description":"The last resync that read everything. Written at most once an hour, unless catalog or policy changed.","type":"object","additionalProperties":false,"required":["at","catalog","policy"],"properties":{"at":{"description":"when it began","type":"string","format":"date-time"},"catalog":{"description":"blob of catalog.yaml that it used","$ref":"#/$defs/oid"},"policy":{"description":"blob of policy.yaml that it used","$ref":"#/$defs/oid"}}},"conditions":{"description":"Conditions of the fleet as a whole; each lasts from the first run that found it until a run that does not.","type":"array","minItems":1,"items":{"type":"object","additionalProperties":false,"required":["type","since","message"],"properties":{"type":{"enum":["ClocksDisagree","BilledServersDiffer","RetiredButCharged","CostAnomaly","MarginLow","PriceDiffers"]},"since":{"type":"string","format":"date-time"},"message":{"type":"string","minLength":1,"maxLength":1000},"agents":{"description":"whom it concerns, sorted; of many the first","type":"array","minItems":1,"maxItems":50,"items":{"type":"string","minLength":1,"maxLength":100}}}}},"mailSince":{"description":"Since when each kind of mail of the policy is sent: there is no mail about what happened before.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"running":{"type":"string","format":"date-time"},"failed":{"type":"string","format":"date-time"},"recovered":{"type":"string","format":"date-time"},"suspended":{"type":"string","format":"date-time"},"retiring":{"type":"string","format":"date-time"},"refunded":{"type":"string","format":"date-time"}}},"others":{"description":"What the project and the tailnet hold beside the recorded agents, which quotas count too: an entry for a day on which it changed, of the last week and the one before it.","type":"array","minItems":1,"maxItems":20,"items":{"type":"object","additionalProperties":false,"required":["at","servers","primaryIps","devices"],"properties":{"at":{"type":"string","format":"date-time"},"servers":{"type":"integer","minimum":0},"primaryIps":{"type":"integer","minimum":0},"devices":{"type":"integer","minimum":0}}}},"actionsMinutes":{"description":"Minutes of GitHub Actions that runs of the agents repository used this month.","type":"object","additionalProperties":false,"required":["since","until","minutes"],"properties":{"since":{"description":"the beginning of the month","type":"string","format":"date-time"},"until":{"description":"runs that were created before are counted","type":"string","format":"date-time"},"minutes":{"type":"integer","minimum":0}}},"prices":{"description":"Hetzner's net prices when they last changed, for plans that are made without Hetzner.","type":"object","additionalProperties":false,"required":["at","currency","ipv4","types"],"properties":{"at":{"description":"when a run first read them","type":"string","format":"date-time"},"currency":{"type":"string","pattern":"^[A-Z]{3}$"},"ipv4":{"description":"of an address a month, net, by location","type":"object","propertyNames":{"pattern":"^[a-z0-9-]{1,20}$"},"additionalProperties":{"type":"number","minimum":0}},"types":{"description":"server types by name","type":"object","propertyNames":{"pattern":"^[a-z0-9-]{1,40}$"},"additionalProperties":{"type":"object","additionalProperties":false,"required":["diskGb","memoryGb","architecture","monthly"],"properties":{"diskGb":{"type":"number","minimum":0},"memoryGb":{"type":"number","minimum":0},"architecture":{"type":"string","maxLength":20},"monthly":{"description":"a month, net, by location","type":"object","propertyNames":{"pattern":"^[a-z0-9-]{1,20}$"},"additionalProperties":{"type":"number","minimum":0}}}}}}},"provisions":{"description":"The last creates by region, the oldest first: how long each took, or the reason of an attempt that failed.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,39}$"},"additionalProperties":{"type":"array","minItems":1,"maxItems":30,"items":{"type":"object","additionalProperties":false,"required":["at","agent"],"properties":{"at":{"description":"when it ended","type":"string","format":"date-time"},"agent":{"type":"string","pattern":"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},"seconds":{"description":"from the start of its first attempt until the agent was verified","type":"integer","minimum":0},"failed":{"description":"reason of the failure","type":"string","minLength":1,"maxLength":60}}}}},"builders":{"description":"Servers of which an image is made, from before their create until they are gone. A builder whose run is over is ended by the next run.","type":"array","minItems":1,"items":{"type":"object","additionalProperties":false,"required":["name","nonce","run","runAttempt","since","until","content","serverType","location","monthlyCost"],"properties":{"name":{"description":"of the server","type":"string","pattern":"^builder-[0-9a-z]{16}$"},"nonce":{"type":"string","pattern":"^[0-9a-z]{16}$"},"run":{"type":"string","minLength":1,"maxLength":100},"runAttempt":{"type":"integer","minimum":1},"since":{"type":"string","format":"date-time"},"until":{"description":"The builder counts as its run's until then, where the Forge does not know the run.","type":"string","format":"date-time"},"content":{"description":"hash of what goes into the image","type":"string","pattern":"^[0-9a-f]{16}$"},"serverType":{"type":"string","minLength":1,"maxLength":40},"location":{"type":"string","minLength":1,"maxLength":10},"monthlyCost":{"description":"net","type":"number","minimum":0},"server":{"description":"Hetzner's id, once it is known","$ref":"#/$defs/hetznerId"}}}}},"$defs":{"oid":{"type":"string","pattern":"^[0-9a-f]{40,64}$"},"hetznerId":{"type":"string","pattern":"^[0-9]{1,20}$"}}};
const schema32 = {"type":"string","pattern":"^[0-9]{1,20}$"};
const schema35 = {"type":"string","pattern":"^[0-9a-f]{40,64}$"};
const func1 = Object.prototype.hasOwnProperty;
const func2 = require("ajv/dist/runtime/ucs2length").default;
const formats0 = /^(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)|\d{4}-(?:0[13578]|1[02])-31|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const pattern4 = new RegExp("^[0-9]{1,20}$", "u");
const pattern7 = new RegExp("^[0-9a-f]{40,64}$", "u");
const pattern9 = new RegExp("^[A-Z]{3}$", "u");
const pattern10 = new RegExp("^[a-z0-9-]{1,20}$", "u");
const pattern11 = new RegExp("^[a-z0-9-]{1,40}$", "u");
const pattern13 = new RegExp("^[a-z][a-z0-9-]{0,39}$", "u");
const pattern14 = new RegExp("^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$", "u");
const pattern15 = new RegExp("^builder-[0-9a-z]{16}$", "u");
const pattern16 = new RegExp("^[0-9a-z]{16}$", "u");
const pattern17 = new RegExp("^[0-9a-f]{16}$", "u");

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://aura.dev/schemas/fleet.schema.json" */;
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
for(const key0 in data){
if(!(func1.call(schema31.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.apiVersion !== undefined){
if("aura.dev/v1" !== data.apiVersion){
const err3 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/const",keyword:"const",params:{allowedValue: "aura.dev/v1"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.kind !== undefined){
if("FleetStatus" !== data.kind){
const err4 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "FleetStatus"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.begun !== undefined){
let data2 = data.begun;
if(typeof data2 === "string"){
if(!(formats0.test(data2))){
const err5 = {instancePath:instancePath+"/begun",schemaPath:"#/properties/begun/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err6 = {instancePath:instancePath+"/begun",schemaPath:"#/properties/begun/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.firewalls !== undefined){
let data3 = data.firewalls;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.base === undefined){
const err7 = {instancePath:instancePath+"/firewalls",schemaPath:"#/properties/firewalls/required",keyword:"required",params:{missingProperty: "base"},message:"must have required property '"+"base"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data3.bootstrap === undefined){
const err8 = {instancePath:instancePath+"/firewalls",schemaPath:"#/properties/firewalls/required",keyword:"required",params:{missingProperty: "bootstrap"},message:"must have required property '"+"bootstrap"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key1 in data3){
if(!(((key1 === "base") || (key1 === "bootstrap")) || (key1 === "isolation"))){
const err9 = {instancePath:instancePath+"/firewalls",schemaPath:"#/properties/firewalls/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data3.base !== undefined){
let data4 = data3.base;
if(typeof data4 === "string"){
if(!pattern4.test(data4)){
const err10 = {instancePath:instancePath+"/firewalls/base",schemaPath:"#/$defs/hetznerId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
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
const err11 = {instancePath:instancePath+"/firewalls/base",schemaPath:"#/$defs/hetznerId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data3.bootstrap !== undefined){
let data5 = data3.bootstrap;
if(typeof data5 === "string"){
if(!pattern4.test(data5)){
const err12 = {instancePath:instancePath+"/firewalls/bootstrap",schemaPath:"#/$defs/hetznerId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
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
const err13 = {instancePath:instancePath+"/firewalls/bootstrap",schemaPath:"#/$defs/hetznerId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data3.isolation !== undefined){
let data6 = data3.isolation;
if(typeof data6 === "string"){
if(!pattern4.test(data6)){
const err14 = {instancePath:instancePath+"/firewalls/isolation",schemaPath:"#/$defs/hetznerId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
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
const err15 = {instancePath:instancePath+"/firewalls/isolation",schemaPath:"#/$defs/hetznerId/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err16 = {instancePath:instancePath+"/firewalls",schemaPath:"#/properties/firewalls/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.resync !== undefined){
let data7 = data.resync;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(data7.at === undefined){
const err17 = {instancePath:instancePath+"/resync",schemaPath:"#/properties/resync/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data7.catalog === undefined){
const err18 = {instancePath:instancePath+"/resync",schemaPath:"#/properties/resync/required",keyword:"required",params:{missingProperty: "catalog"},message:"must have required property '"+"catalog"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data7.policy === undefined){
const err19 = {instancePath:instancePath+"/resync",schemaPath:"#/properties/resync/required",keyword:"required",params:{missingProperty: "policy"},message:"must have required property '"+"policy"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
for(const key2 in data7){
if(!(((key2 === "at") || (key2 === "catalog")) || (key2 === "policy"))){
const err20 = {instancePath:instancePath+"/resync",schemaPath:"#/properties/resync/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data7.at !== undefined){
let data8 = data7.at;
if(typeof data8 === "string"){
if(!(formats0.test(data8))){
const err21 = {instancePath:instancePath+"/resync/at",schemaPath:"#/properties/resync/properties/at/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err22 = {instancePath:instancePath+"/resync/at",schemaPath:"#/properties/resync/properties/at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data7.catalog !== undefined){
let data9 = data7.catalog;
if(typeof data9 === "string"){
if(!pattern7.test(data9)){
const err23 = {instancePath:instancePath+"/resync/catalog",schemaPath:"#/$defs/oid/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40,64}$"},message:"must match pattern \""+"^[0-9a-f]{40,64}$"+"\""};
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
const err24 = {instancePath:instancePath+"/resync/catalog",schemaPath:"#/$defs/oid/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data7.policy !== undefined){
let data10 = data7.policy;
if(typeof data10 === "string"){
if(!pattern7.test(data10)){
const err25 = {instancePath:instancePath+"/resync/policy",schemaPath:"#/$defs/oid/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40,64}$"},message:"must match pattern \""+"^[0-9a-f]{40,64}$"+"\""};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/resync/policy",schemaPath:"#/$defs/oid/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
else {
const err27 = {instancePath:instancePath+"/resync",schemaPath:"#/properties/resync/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.conditions !== undefined){
let data11 = data.conditions;
if(Array.isArray(data11)){
if(data11.length < 1){
const err28 = {instancePath:instancePath+"/conditions",schemaPath:"#/properties/conditions/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
const len0 = data11.length;
for(let i0=0; i0<len0; i0++){
let data12 = data11[i0];
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(data12.type === undefined){
const err29 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data12.since === undefined){
const err30 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data12.message === undefined){
const err31 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
for(const key3 in data12){
if(!((((key3 === "type") || (key3 === "since")) || (key3 === "message")) || (key3 === "agents"))){
const err32 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data12.type !== undefined){
let data13 = data12.type;
if(!((((((data13 === "ClocksDisagree") || (data13 === "BilledServersDiffer")) || (data13 === "RetiredButCharged")) || (data13 === "CostAnomaly")) || (data13 === "MarginLow")) || (data13 === "PriceDiffers"))){
const err33 = {instancePath:instancePath+"/conditions/" + i0+"/type",schemaPath:"#/properties/conditions/items/properties/type/enum",keyword:"enum",params:{allowedValues: schema31.properties.conditions.items.properties.type.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data12.since !== undefined){
let data14 = data12.since;
if(typeof data14 === "string"){
if(!(formats0.test(data14))){
const err34 = {instancePath:instancePath+"/conditions/" + i0+"/since",schemaPath:"#/properties/conditions/items/properties/since/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err35 = {instancePath:instancePath+"/conditions/" + i0+"/since",schemaPath:"#/properties/conditions/items/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data12.message !== undefined){
let data15 = data12.message;
if(typeof data15 === "string"){
if(func2(data15) > 1000){
const err36 = {instancePath:instancePath+"/conditions/" + i0+"/message",schemaPath:"#/properties/conditions/items/properties/message/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(func2(data15) < 1){
const err37 = {instancePath:instancePath+"/conditions/" + i0+"/message",schemaPath:"#/properties/conditions/items/properties/message/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/conditions/" + i0+"/message",schemaPath:"#/properties/conditions/items/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data12.agents !== undefined){
let data16 = data12.agents;
if(Array.isArray(data16)){
if(data16.length > 50){
const err39 = {instancePath:instancePath+"/conditions/" + i0+"/agents",schemaPath:"#/properties/conditions/items/properties/agents/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(data16.length < 1){
const err40 = {instancePath:instancePath+"/conditions/" + i0+"/agents",schemaPath:"#/properties/conditions/items/properties/agents/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
const len1 = data16.length;
for(let i1=0; i1<len1; i1++){
let data17 = data16[i1];
if(typeof data17 === "string"){
if(func2(data17) > 100){
const err41 = {instancePath:instancePath+"/conditions/" + i0+"/agents/" + i1,schemaPath:"#/properties/conditions/items/properties/agents/items/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(func2(data17) < 1){
const err42 = {instancePath:instancePath+"/conditions/" + i0+"/agents/" + i1,schemaPath:"#/properties/conditions/items/properties/agents/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
else {
const err43 = {instancePath:instancePath+"/conditions/" + i0+"/agents/" + i1,schemaPath:"#/properties/conditions/items/properties/agents/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
}
else {
const err44 = {instancePath:instancePath+"/conditions/" + i0+"/agents",schemaPath:"#/properties/conditions/items/properties/agents/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
else {
const err45 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err46 = {instancePath:instancePath+"/conditions",schemaPath:"#/properties/conditions/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data.mailSince !== undefined){
let data18 = data.mailSince;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
if(Object.keys(data18).length < 1){
const err47 = {instancePath:instancePath+"/mailSince",schemaPath:"#/properties/mailSince/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
for(const key4 in data18){
if(!((((((key4 === "running") || (key4 === "failed")) || (key4 === "recovered")) || (key4 === "suspended")) || (key4 === "retiring")) || (key4 === "refunded"))){
const err48 = {instancePath:instancePath+"/mailSince",schemaPath:"#/properties/mailSince/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data18.running !== undefined){
let data19 = data18.running;
if(typeof data19 === "string"){
if(!(formats0.test(data19))){
const err49 = {instancePath:instancePath+"/mailSince/running",schemaPath:"#/properties/mailSince/properties/running/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/mailSince/running",schemaPath:"#/properties/mailSince/properties/running/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data18.failed !== undefined){
let data20 = data18.failed;
if(typeof data20 === "string"){
if(!(formats0.test(data20))){
const err51 = {instancePath:instancePath+"/mailSince/failed",schemaPath:"#/properties/mailSince/properties/failed/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/mailSince/failed",schemaPath:"#/properties/mailSince/properties/failed/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data18.recovered !== undefined){
let data21 = data18.recovered;
if(typeof data21 === "string"){
if(!(formats0.test(data21))){
const err53 = {instancePath:instancePath+"/mailSince/recovered",schemaPath:"#/properties/mailSince/properties/recovered/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
else {
const err54 = {instancePath:instancePath+"/mailSince/recovered",schemaPath:"#/properties/mailSince/properties/recovered/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data18.suspended !== undefined){
let data22 = data18.suspended;
if(typeof data22 === "string"){
if(!(formats0.test(data22))){
const err55 = {instancePath:instancePath+"/mailSince/suspended",schemaPath:"#/properties/mailSince/properties/suspended/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
else {
const err56 = {instancePath:instancePath+"/mailSince/suspended",schemaPath:"#/properties/mailSince/properties/suspended/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data18.retiring !== undefined){
let data23 = data18.retiring;
if(typeof data23 === "string"){
if(!(formats0.test(data23))){
const err57 = {instancePath:instancePath+"/mailSince/retiring",schemaPath:"#/properties/mailSince/properties/retiring/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/mailSince/retiring",schemaPath:"#/properties/mailSince/properties/retiring/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data18.refunded !== undefined){
let data24 = data18.refunded;
if(typeof data24 === "string"){
if(!(formats0.test(data24))){
const err59 = {instancePath:instancePath+"/mailSince/refunded",schemaPath:"#/properties/mailSince/properties/refunded/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err60 = {instancePath:instancePath+"/mailSince/refunded",schemaPath:"#/properties/mailSince/properties/refunded/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
}
else {
const err61 = {instancePath:instancePath+"/mailSince",schemaPath:"#/properties/mailSince/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data.others !== undefined){
let data25 = data.others;
if(Array.isArray(data25)){
if(data25.length > 20){
const err62 = {instancePath:instancePath+"/others",schemaPath:"#/properties/others/maxItems",keyword:"maxItems",params:{limit: 20},message:"must NOT have more than 20 items"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
if(data25.length < 1){
const err63 = {instancePath:instancePath+"/others",schemaPath:"#/properties/others/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
const len2 = data25.length;
for(let i2=0; i2<len2; i2++){
let data26 = data25[i2];
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
if(data26.at === undefined){
const err64 = {instancePath:instancePath+"/others/" + i2,schemaPath:"#/properties/others/items/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
if(data26.servers === undefined){
const err65 = {instancePath:instancePath+"/others/" + i2,schemaPath:"#/properties/others/items/required",keyword:"required",params:{missingProperty: "servers"},message:"must have required property '"+"servers"+"'"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if(data26.primaryIps === undefined){
const err66 = {instancePath:instancePath+"/others/" + i2,schemaPath:"#/properties/others/items/required",keyword:"required",params:{missingProperty: "primaryIps"},message:"must have required property '"+"primaryIps"+"'"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if(data26.devices === undefined){
const err67 = {instancePath:instancePath+"/others/" + i2,schemaPath:"#/properties/others/items/required",keyword:"required",params:{missingProperty: "devices"},message:"must have required property '"+"devices"+"'"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
for(const key5 in data26){
if(!((((key5 === "at") || (key5 === "servers")) || (key5 === "primaryIps")) || (key5 === "devices"))){
const err68 = {instancePath:instancePath+"/others/" + i2,schemaPath:"#/properties/others/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
if(data26.at !== undefined){
let data27 = data26.at;
if(typeof data27 === "string"){
if(!(formats0.test(data27))){
const err69 = {instancePath:instancePath+"/others/" + i2+"/at",schemaPath:"#/properties/others/items/properties/at/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
else {
const err70 = {instancePath:instancePath+"/others/" + i2+"/at",schemaPath:"#/properties/others/items/properties/at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data26.servers !== undefined){
let data28 = data26.servers;
if(!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))){
const err71 = {instancePath:instancePath+"/others/" + i2+"/servers",schemaPath:"#/properties/others/items/properties/servers/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 < 0 || isNaN(data28)){
const err72 = {instancePath:instancePath+"/others/" + i2+"/servers",schemaPath:"#/properties/others/items/properties/servers/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
if(data26.primaryIps !== undefined){
let data29 = data26.primaryIps;
if(!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))){
const err73 = {instancePath:instancePath+"/others/" + i2+"/primaryIps",schemaPath:"#/properties/others/items/properties/primaryIps/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 < 0 || isNaN(data29)){
const err74 = {instancePath:instancePath+"/others/" + i2+"/primaryIps",schemaPath:"#/properties/others/items/properties/primaryIps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
if(data26.devices !== undefined){
let data30 = data26.devices;
if(!(((typeof data30 == "number") && (!(data30 % 1) && !isNaN(data30))) && (isFinite(data30)))){
const err75 = {instancePath:instancePath+"/others/" + i2+"/devices",schemaPath:"#/properties/others/items/properties/devices/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 < 0 || isNaN(data30)){
const err76 = {instancePath:instancePath+"/others/" + i2+"/devices",schemaPath:"#/properties/others/items/properties/devices/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
const err77 = {instancePath:instancePath+"/others/" + i2,schemaPath:"#/properties/others/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err78 = {instancePath:instancePath+"/others",schemaPath:"#/properties/others/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data.actionsMinutes !== undefined){
let data31 = data.actionsMinutes;
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
if(data31.since === undefined){
const err79 = {instancePath:instancePath+"/actionsMinutes",schemaPath:"#/properties/actionsMinutes/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
if(data31.until === undefined){
const err80 = {instancePath:instancePath+"/actionsMinutes",schemaPath:"#/properties/actionsMinutes/required",keyword:"required",params:{missingProperty: "until"},message:"must have required property '"+"until"+"'"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
if(data31.minutes === undefined){
const err81 = {instancePath:instancePath+"/actionsMinutes",schemaPath:"#/properties/actionsMinutes/required",keyword:"required",params:{missingProperty: "minutes"},message:"must have required property '"+"minutes"+"'"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
for(const key6 in data31){
if(!(((key6 === "since") || (key6 === "until")) || (key6 === "minutes"))){
const err82 = {instancePath:instancePath+"/actionsMinutes",schemaPath:"#/properties/actionsMinutes/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
if(data31.since !== undefined){
let data32 = data31.since;
if(typeof data32 === "string"){
if(!(formats0.test(data32))){
const err83 = {instancePath:instancePath+"/actionsMinutes/since",schemaPath:"#/properties/actionsMinutes/properties/since/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
else {
const err84 = {instancePath:instancePath+"/actionsMinutes/since",schemaPath:"#/properties/actionsMinutes/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
if(data31.until !== undefined){
let data33 = data31.until;
if(typeof data33 === "string"){
if(!(formats0.test(data33))){
const err85 = {instancePath:instancePath+"/actionsMinutes/until",schemaPath:"#/properties/actionsMinutes/properties/until/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
else {
const err86 = {instancePath:instancePath+"/actionsMinutes/until",schemaPath:"#/properties/actionsMinutes/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
if(data31.minutes !== undefined){
let data34 = data31.minutes;
if(!(((typeof data34 == "number") && (!(data34 % 1) && !isNaN(data34))) && (isFinite(data34)))){
const err87 = {instancePath:instancePath+"/actionsMinutes/minutes",schemaPath:"#/properties/actionsMinutes/properties/minutes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 < 0 || isNaN(data34)){
const err88 = {instancePath:instancePath+"/actionsMinutes/minutes",schemaPath:"#/properties/actionsMinutes/properties/minutes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
}
}
else {
const err89 = {instancePath:instancePath+"/actionsMinutes",schemaPath:"#/properties/actionsMinutes/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
if(data.prices !== undefined){
let data35 = data.prices;
if(data35 && typeof data35 == "object" && !Array.isArray(data35)){
if(data35.at === undefined){
const err90 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
if(data35.currency === undefined){
const err91 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/required",keyword:"required",params:{missingProperty: "currency"},message:"must have required property '"+"currency"+"'"};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
if(data35.ipv4 === undefined){
const err92 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/required",keyword:"required",params:{missingProperty: "ipv4"},message:"must have required property '"+"ipv4"+"'"};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
if(data35.types === undefined){
const err93 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/required",keyword:"required",params:{missingProperty: "types"},message:"must have required property '"+"types"+"'"};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
for(const key7 in data35){
if(!((((key7 === "at") || (key7 === "currency")) || (key7 === "ipv4")) || (key7 === "types"))){
const err94 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
if(data35.at !== undefined){
let data36 = data35.at;
if(typeof data36 === "string"){
if(!(formats0.test(data36))){
const err95 = {instancePath:instancePath+"/prices/at",schemaPath:"#/properties/prices/properties/at/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
else {
const err96 = {instancePath:instancePath+"/prices/at",schemaPath:"#/properties/prices/properties/at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
if(data35.currency !== undefined){
let data37 = data35.currency;
if(typeof data37 === "string"){
if(!pattern9.test(data37)){
const err97 = {instancePath:instancePath+"/prices/currency",schemaPath:"#/properties/prices/properties/currency/pattern",keyword:"pattern",params:{pattern: "^[A-Z]{3}$"},message:"must match pattern \""+"^[A-Z]{3}$"+"\""};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
else {
const err98 = {instancePath:instancePath+"/prices/currency",schemaPath:"#/properties/prices/properties/currency/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
if(data35.ipv4 !== undefined){
let data38 = data35.ipv4;
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
for(const key8 in data38){
const _errs89 = errors;
if(typeof key8 === "string"){
if(!pattern10.test(key8)){
const err99 = {instancePath:instancePath+"/prices/ipv4",schemaPath:"#/properties/prices/properties/ipv4/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]{1,20}$"},message:"must match pattern \""+"^[a-z0-9-]{1,20}$"+"\"",propertyName:key8};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
var valid19 = _errs89 === errors;
if(!valid19){
const err100 = {instancePath:instancePath+"/prices/ipv4",schemaPath:"#/properties/prices/properties/ipv4/propertyNames",keyword:"propertyNames",params:{propertyName: key8},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
for(const key9 in data38){
let data39 = data38[key9];
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 < 0 || isNaN(data39)){
const err101 = {instancePath:instancePath+"/prices/ipv4/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/ipv4/additionalProperties/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
else {
const err102 = {instancePath:instancePath+"/prices/ipv4/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/ipv4/additionalProperties/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
}
else {
const err103 = {instancePath:instancePath+"/prices/ipv4",schemaPath:"#/properties/prices/properties/ipv4/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
if(data35.types !== undefined){
let data40 = data35.types;
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
for(const key10 in data40){
const _errs95 = errors;
if(typeof key10 === "string"){
if(!pattern11.test(key10)){
const err104 = {instancePath:instancePath+"/prices/types",schemaPath:"#/properties/prices/properties/types/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]{1,40}$"},message:"must match pattern \""+"^[a-z0-9-]{1,40}$"+"\"",propertyName:key10};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
var valid21 = _errs95 === errors;
if(!valid21){
const err105 = {instancePath:instancePath+"/prices/types",schemaPath:"#/properties/prices/properties/types/propertyNames",keyword:"propertyNames",params:{propertyName: key10},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
for(const key11 in data40){
let data41 = data40[key11];
if(data41 && typeof data41 == "object" && !Array.isArray(data41)){
if(data41.diskGb === undefined){
const err106 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/required",keyword:"required",params:{missingProperty: "diskGb"},message:"must have required property '"+"diskGb"+"'"};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
if(data41.memoryGb === undefined){
const err107 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/required",keyword:"required",params:{missingProperty: "memoryGb"},message:"must have required property '"+"memoryGb"+"'"};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
if(data41.architecture === undefined){
const err108 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/required",keyword:"required",params:{missingProperty: "architecture"},message:"must have required property '"+"architecture"+"'"};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
if(data41.monthly === undefined){
const err109 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/required",keyword:"required",params:{missingProperty: "monthly"},message:"must have required property '"+"monthly"+"'"};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
for(const key12 in data41){
if(!((((key12 === "diskGb") || (key12 === "memoryGb")) || (key12 === "architecture")) || (key12 === "monthly"))){
const err110 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
if(data41.diskGb !== undefined){
let data42 = data41.diskGb;
if((typeof data42 == "number") && (isFinite(data42))){
if(data42 < 0 || isNaN(data42)){
const err111 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/diskGb",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/diskGb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
const err112 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/diskGb",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/diskGb/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
if(data41.memoryGb !== undefined){
let data43 = data41.memoryGb;
if((typeof data43 == "number") && (isFinite(data43))){
if(data43 < 0 || isNaN(data43)){
const err113 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/memoryGb",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/memoryGb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
else {
const err114 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/memoryGb",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/memoryGb/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
if(data41.architecture !== undefined){
let data44 = data41.architecture;
if(typeof data44 === "string"){
if(func2(data44) > 20){
const err115 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/architecture",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/architecture/maxLength",keyword:"maxLength",params:{limit: 20},message:"must NOT have more than 20 characters"};
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
const err116 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/architecture",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/architecture/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
}
if(data41.monthly !== undefined){
let data45 = data41.monthly;
if(data45 && typeof data45 == "object" && !Array.isArray(data45)){
for(const key13 in data45){
const _errs108 = errors;
if(typeof key13 === "string"){
if(!pattern10.test(key13)){
const err117 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthly",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/monthly/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]{1,20}$"},message:"must match pattern \""+"^[a-z0-9-]{1,20}$"+"\"",propertyName:key13};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
var valid24 = _errs108 === errors;
if(!valid24){
const err118 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthly",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/monthly/propertyNames",keyword:"propertyNames",params:{propertyName: key13},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
for(const key14 in data45){
let data46 = data45[key14];
if((typeof data46 == "number") && (isFinite(data46))){
if(data46 < 0 || isNaN(data46)){
const err119 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthly/" + key14.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/monthly/additionalProperties/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
else {
const err120 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthly/" + key14.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/monthly/additionalProperties/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
}
else {
const err121 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthly",schemaPath:"#/properties/prices/properties/types/additionalProperties/properties/monthly/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
}
else {
const err122 = {instancePath:instancePath+"/prices/types/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/prices/properties/types/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
else {
const err123 = {instancePath:instancePath+"/prices/types",schemaPath:"#/properties/prices/properties/types/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
}
else {
const err124 = {instancePath:instancePath+"/prices",schemaPath:"#/properties/prices/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
if(data.provisions !== undefined){
let data47 = data.provisions;
if(data47 && typeof data47 == "object" && !Array.isArray(data47)){
for(const key15 in data47){
const _errs114 = errors;
if(typeof key15 === "string"){
if(!pattern13.test(key15)){
const err125 = {instancePath:instancePath+"/provisions",schemaPath:"#/properties/provisions/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,39}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,39}$"+"\"",propertyName:key15};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
var valid26 = _errs114 === errors;
if(!valid26){
const err126 = {instancePath:instancePath+"/provisions",schemaPath:"#/properties/provisions/propertyNames",keyword:"propertyNames",params:{propertyName: key15},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
for(const key16 in data47){
let data48 = data47[key16];
if(Array.isArray(data48)){
if(data48.length > 30){
const err127 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/provisions/additionalProperties/maxItems",keyword:"maxItems",params:{limit: 30},message:"must NOT have more than 30 items"};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
if(data48.length < 1){
const err128 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/provisions/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
const len3 = data48.length;
for(let i3=0; i3<len3; i3++){
let data49 = data48[i3];
if(data49 && typeof data49 == "object" && !Array.isArray(data49)){
if(data49.at === undefined){
const err129 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3,schemaPath:"#/properties/provisions/additionalProperties/items/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
if(data49.agent === undefined){
const err130 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3,schemaPath:"#/properties/provisions/additionalProperties/items/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
for(const key17 in data49){
if(!((((key17 === "at") || (key17 === "agent")) || (key17 === "seconds")) || (key17 === "failed"))){
const err131 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3,schemaPath:"#/properties/provisions/additionalProperties/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key17},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
if(data49.at !== undefined){
let data50 = data49.at;
if(typeof data50 === "string"){
if(!(formats0.test(data50))){
const err132 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3+"/at",schemaPath:"#/properties/provisions/additionalProperties/items/properties/at/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
else {
const err133 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3+"/at",schemaPath:"#/properties/provisions/additionalProperties/items/properties/at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
if(data49.agent !== undefined){
let data51 = data49.agent;
if(typeof data51 === "string"){
if(!pattern14.test(data51)){
const err134 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3+"/agent",schemaPath:"#/properties/provisions/additionalProperties/items/properties/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
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
const err135 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3+"/agent",schemaPath:"#/properties/provisions/additionalProperties/items/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
if(data49.seconds !== undefined){
let data52 = data49.seconds;
if(!(((typeof data52 == "number") && (!(data52 % 1) && !isNaN(data52))) && (isFinite(data52)))){
const err136 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3+"/seconds",schemaPath:"#/properties/provisions/additionalProperties/items/properties/seconds/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
if((typeof data52 == "number") && (isFinite(data52))){
if(data52 < 0 || isNaN(data52)){
const err137 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3+"/seconds",schemaPath:"#/properties/provisions/additionalProperties/items/properties/seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
if(data49.failed !== undefined){
let data53 = data49.failed;
if(typeof data53 === "string"){
if(func2(data53) > 60){
const err138 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3+"/failed",schemaPath:"#/properties/provisions/additionalProperties/items/properties/failed/maxLength",keyword:"maxLength",params:{limit: 60},message:"must NOT have more than 60 characters"};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
if(func2(data53) < 1){
const err139 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3+"/failed",schemaPath:"#/properties/provisions/additionalProperties/items/properties/failed/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
else {
const err140 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3+"/failed",schemaPath:"#/properties/provisions/additionalProperties/items/properties/failed/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
}
else {
const err141 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3,schemaPath:"#/properties/provisions/additionalProperties/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
}
else {
const err142 = {instancePath:instancePath+"/provisions/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/provisions/additionalProperties/type",keyword:"type",params:{type: "array"},message:"must be array"};
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
const err143 = {instancePath:instancePath+"/provisions",schemaPath:"#/properties/provisions/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
if(data.builders !== undefined){
let data54 = data.builders;
if(Array.isArray(data54)){
if(data54.length < 1){
const err144 = {instancePath:instancePath+"/builders",schemaPath:"#/properties/builders/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
const len4 = data54.length;
for(let i4=0; i4<len4; i4++){
let data55 = data54[i4];
if(data55 && typeof data55 == "object" && !Array.isArray(data55)){
if(data55.name === undefined){
const err145 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
if(data55.nonce === undefined){
const err146 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "nonce"},message:"must have required property '"+"nonce"+"'"};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
if(data55.run === undefined){
const err147 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "run"},message:"must have required property '"+"run"+"'"};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
if(data55.runAttempt === undefined){
const err148 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "runAttempt"},message:"must have required property '"+"runAttempt"+"'"};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
if(data55.since === undefined){
const err149 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
if(data55.until === undefined){
const err150 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "until"},message:"must have required property '"+"until"+"'"};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
if(data55.content === undefined){
const err151 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "content"},message:"must have required property '"+"content"+"'"};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
if(data55.serverType === undefined){
const err152 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "serverType"},message:"must have required property '"+"serverType"+"'"};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
if(data55.location === undefined){
const err153 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "location"},message:"must have required property '"+"location"+"'"};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
if(data55.monthlyCost === undefined){
const err154 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "monthlyCost"},message:"must have required property '"+"monthlyCost"+"'"};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
for(const key18 in data55){
if(!(func1.call(schema31.properties.builders.items.properties, key18))){
const err155 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key18},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
}
if(data55.name !== undefined){
let data56 = data55.name;
if(typeof data56 === "string"){
if(!pattern15.test(data56)){
const err156 = {instancePath:instancePath+"/builders/" + i4+"/name",schemaPath:"#/properties/builders/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^builder-[0-9a-z]{16}$"},message:"must match pattern \""+"^builder-[0-9a-z]{16}$"+"\""};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
}
else {
const err157 = {instancePath:instancePath+"/builders/" + i4+"/name",schemaPath:"#/properties/builders/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
}
if(data55.nonce !== undefined){
let data57 = data55.nonce;
if(typeof data57 === "string"){
if(!pattern16.test(data57)){
const err158 = {instancePath:instancePath+"/builders/" + i4+"/nonce",schemaPath:"#/properties/builders/items/properties/nonce/pattern",keyword:"pattern",params:{pattern: "^[0-9a-z]{16}$"},message:"must match pattern \""+"^[0-9a-z]{16}$"+"\""};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
}
else {
const err159 = {instancePath:instancePath+"/builders/" + i4+"/nonce",schemaPath:"#/properties/builders/items/properties/nonce/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
}
if(data55.run !== undefined){
let data58 = data55.run;
if(typeof data58 === "string"){
if(func2(data58) > 100){
const err160 = {instancePath:instancePath+"/builders/" + i4+"/run",schemaPath:"#/properties/builders/items/properties/run/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
if(func2(data58) < 1){
const err161 = {instancePath:instancePath+"/builders/" + i4+"/run",schemaPath:"#/properties/builders/items/properties/run/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
}
else {
const err162 = {instancePath:instancePath+"/builders/" + i4+"/run",schemaPath:"#/properties/builders/items/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
}
if(data55.runAttempt !== undefined){
let data59 = data55.runAttempt;
if(!(((typeof data59 == "number") && (!(data59 % 1) && !isNaN(data59))) && (isFinite(data59)))){
const err163 = {instancePath:instancePath+"/builders/" + i4+"/runAttempt",schemaPath:"#/properties/builders/items/properties/runAttempt/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
if((typeof data59 == "number") && (isFinite(data59))){
if(data59 < 1 || isNaN(data59)){
const err164 = {instancePath:instancePath+"/builders/" + i4+"/runAttempt",schemaPath:"#/properties/builders/items/properties/runAttempt/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
}
}
if(data55.since !== undefined){
let data60 = data55.since;
if(typeof data60 === "string"){
if(!(formats0.test(data60))){
const err165 = {instancePath:instancePath+"/builders/" + i4+"/since",schemaPath:"#/properties/builders/items/properties/since/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err166 = {instancePath:instancePath+"/builders/" + i4+"/since",schemaPath:"#/properties/builders/items/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
}
if(data55.until !== undefined){
let data61 = data55.until;
if(typeof data61 === "string"){
if(!(formats0.test(data61))){
const err167 = {instancePath:instancePath+"/builders/" + i4+"/until",schemaPath:"#/properties/builders/items/properties/until/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err168 = {instancePath:instancePath+"/builders/" + i4+"/until",schemaPath:"#/properties/builders/items/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
}
if(data55.content !== undefined){
let data62 = data55.content;
if(typeof data62 === "string"){
if(!pattern17.test(data62)){
const err169 = {instancePath:instancePath+"/builders/" + i4+"/content",schemaPath:"#/properties/builders/items/properties/content/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{16}$"},message:"must match pattern \""+"^[0-9a-f]{16}$"+"\""};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
else {
const err170 = {instancePath:instancePath+"/builders/" + i4+"/content",schemaPath:"#/properties/builders/items/properties/content/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
if(data55.serverType !== undefined){
let data63 = data55.serverType;
if(typeof data63 === "string"){
if(func2(data63) > 40){
const err171 = {instancePath:instancePath+"/builders/" + i4+"/serverType",schemaPath:"#/properties/builders/items/properties/serverType/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
if(func2(data63) < 1){
const err172 = {instancePath:instancePath+"/builders/" + i4+"/serverType",schemaPath:"#/properties/builders/items/properties/serverType/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err173 = {instancePath:instancePath+"/builders/" + i4+"/serverType",schemaPath:"#/properties/builders/items/properties/serverType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
if(data55.location !== undefined){
let data64 = data55.location;
if(typeof data64 === "string"){
if(func2(data64) > 10){
const err174 = {instancePath:instancePath+"/builders/" + i4+"/location",schemaPath:"#/properties/builders/items/properties/location/maxLength",keyword:"maxLength",params:{limit: 10},message:"must NOT have more than 10 characters"};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
if(func2(data64) < 1){
const err175 = {instancePath:instancePath+"/builders/" + i4+"/location",schemaPath:"#/properties/builders/items/properties/location/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err176 = {instancePath:instancePath+"/builders/" + i4+"/location",schemaPath:"#/properties/builders/items/properties/location/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
}
if(data55.monthlyCost !== undefined){
let data65 = data55.monthlyCost;
if((typeof data65 == "number") && (isFinite(data65))){
if(data65 < 0 || isNaN(data65)){
const err177 = {instancePath:instancePath+"/builders/" + i4+"/monthlyCost",schemaPath:"#/properties/builders/items/properties/monthlyCost/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
}
else {
const err178 = {instancePath:instancePath+"/builders/" + i4+"/monthlyCost",schemaPath:"#/properties/builders/items/properties/monthlyCost/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
}
if(data55.server !== undefined){
let data66 = data55.server;
if(typeof data66 === "string"){
if(!pattern4.test(data66)){
const err179 = {instancePath:instancePath+"/builders/" + i4+"/server",schemaPath:"#/$defs/hetznerId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
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
const err180 = {instancePath:instancePath+"/builders/" + i4+"/server",schemaPath:"#/$defs/hetznerId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
}
}
else {
const err181 = {instancePath:instancePath+"/builders/" + i4,schemaPath:"#/properties/builders/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
}
}
else {
const err182 = {instancePath:instancePath+"/builders",schemaPath:"#/properties/builders/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
}
}
else {
const err183 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
