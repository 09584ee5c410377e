// Generated from the JSON Schema of its name by `npm run generate`. Do not edit.
"use strict";
module.exports = validate20;
module.exports.default = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://aura.dev/schemas/fleet.schema.json","title":"FleetRecord","description":"The record of the fleet as a whole, on branch `status`, at fleet.yaml. Only Aura writes it.","type":"object","additionalProperties":false,"required":["apiVersion","kind"],"properties":{"apiVersion":{"const":"aura.dev/v1"},"kind":{"const":"FleetStatus"},"begun":{"description":"When a run began to create the firewalls, in a project that had none. Until their ids are recorded, firewalls with our names are those that this run created.","type":"string","format":"date-time"},"firewalls":{"description":"Ids of the firewalls that the fleet shares, by role. Hetzner's ids are unique across projects, names are not: finding an id proves which project a token is for.","type":"object","additionalProperties":false,"required":["base","bootstrap"],"properties":{"base":{"$ref":"#/$defs/hetznerId"},"bootstrap":{"$ref":"#/$defs/hetznerId"}}},"resync":{"description":"The last resync that read everything. Written at most once an hour, unless catalog or policy changed.","type":"object","additionalProperties":false,"required":["at","catalog","policy"],"properties":{"at":{"description":"when it began","type":"string","format":"date-time"},"catalog":{"description":"blob of catalog.yaml that it used","$ref":"#/$defs/oid"},"policy":{"description":"blob of policy.yaml that it used","$ref":"#/$defs/oid"}}},"conditions":{"description":"Conditions of the fleet as a whole; each lasts from the first run that found it until a run that does not.","type":"array","minItems":1,"items":{"type":"object","additionalProperties":false,"required":["type","since","message"],"properties":{"type":{"enum":["ClocksDisagree"]},"since":{"type":"string","format":"date-time"},"message":{"type":"string","minLength":1,"maxLength":1000}}}},"builders":{"description":"Servers of which an image is made, from before their create until they are gone. A builder whose run is over is ended by the next run.","type":"array","minItems":1,"items":{"type":"object","additionalProperties":false,"required":["name","nonce","run","runAttempt","since","until","content","serverType","location","monthlyCost"],"properties":{"name":{"description":"of the server","type":"string","pattern":"^builder-[0-9a-z]{16}$"},"nonce":{"type":"string","pattern":"^[0-9a-z]{16}$"},"run":{"type":"string","minLength":1,"maxLength":100},"runAttempt":{"type":"integer","minimum":1},"since":{"type":"string","format":"date-time"},"until":{"description":"The builder counts as its run's until then, where the Forge does not know the run.","type":"string","format":"date-time"},"content":{"description":"hash of what goes into the image","type":"string","pattern":"^[0-9a-f]{16}$"},"serverType":{"type":"string","minLength":1,"maxLength":40},"location":{"type":"string","minLength":1,"maxLength":10},"monthlyCost":{"description":"net","type":"number","minimum":0},"server":{"description":"Hetzner's id, once it is known","$ref":"#/$defs/hetznerId"}}}}},"$defs":{"oid":{"type":"string","pattern":"^[0-9a-f]{40,64}$"},"hetznerId":{"type":"string","pattern":"^[0-9]{1,20}$"}}};
const schema32 = {"type":"string","pattern":"^[0-9]{1,20}$"};
const schema34 = {"type":"string","pattern":"^[0-9a-f]{40,64}$"};
const formats0 = /^(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)|\d{4}-(?:0[13578]|1[02])-31|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const pattern4 = new RegExp("^[0-9]{1,20}$", "u");
const pattern6 = new RegExp("^[0-9a-f]{40,64}$", "u");
const pattern8 = new RegExp("^builder-[0-9a-z]{16}$", "u");
const pattern9 = new RegExp("^[0-9a-z]{16}$", "u");
const pattern10 = new RegExp("^[0-9a-f]{16}$", "u");
const func1 = require("ajv/dist/runtime/ucs2length").default;
const func3 = Object.prototype.hasOwnProperty;

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
if(!(((((((key0 === "apiVersion") || (key0 === "kind")) || (key0 === "begun")) || (key0 === "firewalls")) || (key0 === "resync")) || (key0 === "conditions")) || (key0 === "builders"))){
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
if(!((key1 === "base") || (key1 === "bootstrap"))){
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
}
else {
const err14 = {instancePath:instancePath+"/firewalls",schemaPath:"#/properties/firewalls/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.resync !== undefined){
let data6 = data.resync;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.at === undefined){
const err15 = {instancePath:instancePath+"/resync",schemaPath:"#/properties/resync/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data6.catalog === undefined){
const err16 = {instancePath:instancePath+"/resync",schemaPath:"#/properties/resync/required",keyword:"required",params:{missingProperty: "catalog"},message:"must have required property '"+"catalog"+"'"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data6.policy === undefined){
const err17 = {instancePath:instancePath+"/resync",schemaPath:"#/properties/resync/required",keyword:"required",params:{missingProperty: "policy"},message:"must have required property '"+"policy"+"'"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
for(const key2 in data6){
if(!(((key2 === "at") || (key2 === "catalog")) || (key2 === "policy"))){
const err18 = {instancePath:instancePath+"/resync",schemaPath:"#/properties/resync/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data6.at !== undefined){
let data7 = data6.at;
if(typeof data7 === "string"){
if(!(formats0.test(data7))){
const err19 = {instancePath:instancePath+"/resync/at",schemaPath:"#/properties/resync/properties/at/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/resync/at",schemaPath:"#/properties/resync/properties/at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data6.catalog !== undefined){
let data8 = data6.catalog;
if(typeof data8 === "string"){
if(!pattern6.test(data8)){
const err21 = {instancePath:instancePath+"/resync/catalog",schemaPath:"#/$defs/oid/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40,64}$"},message:"must match pattern \""+"^[0-9a-f]{40,64}$"+"\""};
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
const err22 = {instancePath:instancePath+"/resync/catalog",schemaPath:"#/$defs/oid/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data6.policy !== undefined){
let data9 = data6.policy;
if(typeof data9 === "string"){
if(!pattern6.test(data9)){
const err23 = {instancePath:instancePath+"/resync/policy",schemaPath:"#/$defs/oid/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40,64}$"},message:"must match pattern \""+"^[0-9a-f]{40,64}$"+"\""};
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
const err24 = {instancePath:instancePath+"/resync/policy",schemaPath:"#/$defs/oid/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err25 = {instancePath:instancePath+"/resync",schemaPath:"#/properties/resync/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.conditions !== undefined){
let data10 = data.conditions;
if(Array.isArray(data10)){
if(data10.length < 1){
const err26 = {instancePath:instancePath+"/conditions",schemaPath:"#/properties/conditions/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
const len0 = data10.length;
for(let i0=0; i0<len0; i0++){
let data11 = data10[i0];
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
if(data11.type === undefined){
const err27 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data11.since === undefined){
const err28 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data11.message === undefined){
const err29 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
for(const key3 in data11){
if(!(((key3 === "type") || (key3 === "since")) || (key3 === "message"))){
const err30 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data11.type !== undefined){
if(!(data11.type === "ClocksDisagree")){
const err31 = {instancePath:instancePath+"/conditions/" + i0+"/type",schemaPath:"#/properties/conditions/items/properties/type/enum",keyword:"enum",params:{allowedValues: schema31.properties.conditions.items.properties.type.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data11.since !== undefined){
let data13 = data11.since;
if(typeof data13 === "string"){
if(!(formats0.test(data13))){
const err32 = {instancePath:instancePath+"/conditions/" + i0+"/since",schemaPath:"#/properties/conditions/items/properties/since/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/conditions/" + i0+"/since",schemaPath:"#/properties/conditions/items/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data11.message !== undefined){
let data14 = data11.message;
if(typeof data14 === "string"){
if(func1(data14) > 1000){
const err34 = {instancePath:instancePath+"/conditions/" + i0+"/message",schemaPath:"#/properties/conditions/items/properties/message/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(func1(data14) < 1){
const err35 = {instancePath:instancePath+"/conditions/" + i0+"/message",schemaPath:"#/properties/conditions/items/properties/message/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/conditions/" + i0+"/message",schemaPath:"#/properties/conditions/items/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err37 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/conditions",schemaPath:"#/properties/conditions/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.builders !== undefined){
let data15 = data.builders;
if(Array.isArray(data15)){
if(data15.length < 1){
const err39 = {instancePath:instancePath+"/builders",schemaPath:"#/properties/builders/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
const len1 = data15.length;
for(let i1=0; i1<len1; i1++){
let data16 = data15[i1];
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
if(data16.name === undefined){
const err40 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(data16.nonce === undefined){
const err41 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "nonce"},message:"must have required property '"+"nonce"+"'"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data16.run === undefined){
const err42 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "run"},message:"must have required property '"+"run"+"'"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data16.runAttempt === undefined){
const err43 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "runAttempt"},message:"must have required property '"+"runAttempt"+"'"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(data16.since === undefined){
const err44 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(data16.until === undefined){
const err45 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "until"},message:"must have required property '"+"until"+"'"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(data16.content === undefined){
const err46 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "content"},message:"must have required property '"+"content"+"'"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(data16.serverType === undefined){
const err47 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "serverType"},message:"must have required property '"+"serverType"+"'"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(data16.location === undefined){
const err48 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "location"},message:"must have required property '"+"location"+"'"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(data16.monthlyCost === undefined){
const err49 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/required",keyword:"required",params:{missingProperty: "monthlyCost"},message:"must have required property '"+"monthlyCost"+"'"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
for(const key4 in data16){
if(!(func3.call(schema31.properties.builders.items.properties, key4))){
const err50 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data16.name !== undefined){
let data17 = data16.name;
if(typeof data17 === "string"){
if(!pattern8.test(data17)){
const err51 = {instancePath:instancePath+"/builders/" + i1+"/name",schemaPath:"#/properties/builders/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^builder-[0-9a-z]{16}$"},message:"must match pattern \""+"^builder-[0-9a-z]{16}$"+"\""};
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
const err52 = {instancePath:instancePath+"/builders/" + i1+"/name",schemaPath:"#/properties/builders/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data16.nonce !== undefined){
let data18 = data16.nonce;
if(typeof data18 === "string"){
if(!pattern9.test(data18)){
const err53 = {instancePath:instancePath+"/builders/" + i1+"/nonce",schemaPath:"#/properties/builders/items/properties/nonce/pattern",keyword:"pattern",params:{pattern: "^[0-9a-z]{16}$"},message:"must match pattern \""+"^[0-9a-z]{16}$"+"\""};
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
const err54 = {instancePath:instancePath+"/builders/" + i1+"/nonce",schemaPath:"#/properties/builders/items/properties/nonce/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data16.run !== undefined){
let data19 = data16.run;
if(typeof data19 === "string"){
if(func1(data19) > 100){
const err55 = {instancePath:instancePath+"/builders/" + i1+"/run",schemaPath:"#/properties/builders/items/properties/run/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(func1(data19) < 1){
const err56 = {instancePath:instancePath+"/builders/" + i1+"/run",schemaPath:"#/properties/builders/items/properties/run/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err57 = {instancePath:instancePath+"/builders/" + i1+"/run",schemaPath:"#/properties/builders/items/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data16.runAttempt !== undefined){
let data20 = data16.runAttempt;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
const err58 = {instancePath:instancePath+"/builders/" + i1+"/runAttempt",schemaPath:"#/properties/builders/items/properties/runAttempt/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 < 1 || isNaN(data20)){
const err59 = {instancePath:instancePath+"/builders/" + i1+"/runAttempt",schemaPath:"#/properties/builders/items/properties/runAttempt/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
}
if(data16.since !== undefined){
let data21 = data16.since;
if(typeof data21 === "string"){
if(!(formats0.test(data21))){
const err60 = {instancePath:instancePath+"/builders/" + i1+"/since",schemaPath:"#/properties/builders/items/properties/since/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
else {
const err61 = {instancePath:instancePath+"/builders/" + i1+"/since",schemaPath:"#/properties/builders/items/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data16.until !== undefined){
let data22 = data16.until;
if(typeof data22 === "string"){
if(!(formats0.test(data22))){
const err62 = {instancePath:instancePath+"/builders/" + i1+"/until",schemaPath:"#/properties/builders/items/properties/until/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
else {
const err63 = {instancePath:instancePath+"/builders/" + i1+"/until",schemaPath:"#/properties/builders/items/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data16.content !== undefined){
let data23 = data16.content;
if(typeof data23 === "string"){
if(!pattern10.test(data23)){
const err64 = {instancePath:instancePath+"/builders/" + i1+"/content",schemaPath:"#/properties/builders/items/properties/content/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{16}$"},message:"must match pattern \""+"^[0-9a-f]{16}$"+"\""};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/builders/" + i1+"/content",schemaPath:"#/properties/builders/items/properties/content/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data16.serverType !== undefined){
let data24 = data16.serverType;
if(typeof data24 === "string"){
if(func1(data24) > 40){
const err66 = {instancePath:instancePath+"/builders/" + i1+"/serverType",schemaPath:"#/properties/builders/items/properties/serverType/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if(func1(data24) < 1){
const err67 = {instancePath:instancePath+"/builders/" + i1+"/serverType",schemaPath:"#/properties/builders/items/properties/serverType/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
else {
const err68 = {instancePath:instancePath+"/builders/" + i1+"/serverType",schemaPath:"#/properties/builders/items/properties/serverType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
if(data16.location !== undefined){
let data25 = data16.location;
if(typeof data25 === "string"){
if(func1(data25) > 10){
const err69 = {instancePath:instancePath+"/builders/" + i1+"/location",schemaPath:"#/properties/builders/items/properties/location/maxLength",keyword:"maxLength",params:{limit: 10},message:"must NOT have more than 10 characters"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
if(func1(data25) < 1){
const err70 = {instancePath:instancePath+"/builders/" + i1+"/location",schemaPath:"#/properties/builders/items/properties/location/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
else {
const err71 = {instancePath:instancePath+"/builders/" + i1+"/location",schemaPath:"#/properties/builders/items/properties/location/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
if(data16.monthlyCost !== undefined){
let data26 = data16.monthlyCost;
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 < 0 || isNaN(data26)){
const err72 = {instancePath:instancePath+"/builders/" + i1+"/monthlyCost",schemaPath:"#/properties/builders/items/properties/monthlyCost/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
else {
const err73 = {instancePath:instancePath+"/builders/" + i1+"/monthlyCost",schemaPath:"#/properties/builders/items/properties/monthlyCost/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data16.server !== undefined){
let data27 = data16.server;
if(typeof data27 === "string"){
if(!pattern4.test(data27)){
const err74 = {instancePath:instancePath+"/builders/" + i1+"/server",schemaPath:"#/$defs/hetznerId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,20}$"},message:"must match pattern \""+"^[0-9]{1,20}$"+"\""};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
else {
const err75 = {instancePath:instancePath+"/builders/" + i1+"/server",schemaPath:"#/$defs/hetznerId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
}
else {
const err76 = {instancePath:instancePath+"/builders/" + i1,schemaPath:"#/properties/builders/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
else {
const err77 = {instancePath:instancePath+"/builders",schemaPath:"#/properties/builders/type",keyword:"type",params:{type: "array"},message:"must be array"};
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
const err78 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
