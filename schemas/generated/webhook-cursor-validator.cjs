// Generated from the JSON Schema of its name by `npm run generate`. Do not edit.
"use strict";
module.exports = validate20;
module.exports.default = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://aura.dev/schemas/webhook-cursor.schema.json","title":"WebhookCursor","description":"How far the changes of branch `status` were sent to one endpoint: an object of the state bucket.","type":"object","additionalProperties":false,"required":["commit","sweep","waiting","lease"],"properties":{"commit":{"$ref":"#/$defs/commit","description":"changes up to this commit were sent, or wait"},"sweep":{"description":"the comparison that is in progress: changes from `commit` to `to`, of paths up to `past`","anyOf":[{"type":"null"},{"type":"object","additionalProperties":false,"required":["to","past"],"properties":{"to":{"$ref":"#/$defs/commit"},"past":{"type":"string","maxLength":100}}}]},"waiting":{"type":"array","maxItems":100,"description":"for each agent the oldest event that was not accepted","items":{"$ref":"#/$defs/waiting"}},"lease":{"description":"who delivers","anyOf":[{"type":"null"},{"type":"object","additionalProperties":false,"required":["holder","untilMs"],"properties":{"holder":{"type":"string","maxLength":100},"untilMs":{"type":"integer"}}}]}},"$defs":{"commit":{"type":"string","pattern":"^[0-9a-f]{40,64}$"},"waiting":{"type":"object","additionalProperties":false,"required":["id","agent","body","tries","firstMs","lastMs","dueMs","isDown"],"properties":{"id":{"type":"string","pattern":"^evt_[0-9a-f]{32}$"},"agent":{"type":"string","pattern":"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},"body":{"type":"string","maxLength":20000,"description":"the event, byte for byte as it is sent each time"},"tries":{"type":"integer","minimum":0},"firstMs":{"type":"integer","description":"the first attempt"},"lastMs":{"type":"integer","description":"the last attempt"},"dueMs":{"type":"integer","description":"the next attempt"},"isDown":{"type":"boolean","description":"whether the endpoint did not answer or was overloaded"}}}}};
const schema32 = {"type":"string","pattern":"^[0-9a-f]{40,64}$"};
const schema34 = {"type":"object","additionalProperties":false,"required":["id","agent","body","tries","firstMs","lastMs","dueMs","isDown"],"properties":{"id":{"type":"string","pattern":"^evt_[0-9a-f]{32}$"},"agent":{"type":"string","pattern":"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},"body":{"type":"string","maxLength":20000,"description":"the event, byte for byte as it is sent each time"},"tries":{"type":"integer","minimum":0},"firstMs":{"type":"integer","description":"the first attempt"},"lastMs":{"type":"integer","description":"the last attempt"},"dueMs":{"type":"integer","description":"the next attempt"},"isDown":{"type":"boolean","description":"whether the endpoint did not answer or was overloaded"}}};
const pattern4 = new RegExp("^[0-9a-f]{40,64}$", "u");
const pattern6 = new RegExp("^evt_[0-9a-f]{32}$", "u");
const pattern7 = new RegExp("^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$", "u");
const func1 = require("ajv/dist/runtime/ucs2length").default;

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://aura.dev/schemas/webhook-cursor.schema.json" */;
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
if(data.commit === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "commit"},message:"must have required property '"+"commit"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.sweep === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "sweep"},message:"must have required property '"+"sweep"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.waiting === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "waiting"},message:"must have required property '"+"waiting"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.lease === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "lease"},message:"must have required property '"+"lease"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "commit") || (key0 === "sweep")) || (key0 === "waiting")) || (key0 === "lease"))){
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
if(data.commit !== undefined){
let data0 = data.commit;
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
const err5 = {instancePath:instancePath+"/commit",schemaPath:"#/$defs/commit/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40,64}$"},message:"must match pattern \""+"^[0-9a-f]{40,64}$"+"\""};
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
const err6 = {instancePath:instancePath+"/commit",schemaPath:"#/$defs/commit/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.sweep !== undefined){
let data1 = data.sweep;
const _errs6 = errors;
let valid2 = false;
const _errs7 = errors;
if(data1 !== null){
const err7 = {instancePath:instancePath+"/sweep",schemaPath:"#/properties/sweep/anyOf/0/type",keyword:"type",params:{type: "null"},message:"must be null"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
var _valid0 = _errs7 === errors;
valid2 = valid2 || _valid0;
const _errs9 = errors;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.to === undefined){
const err8 = {instancePath:instancePath+"/sweep",schemaPath:"#/properties/sweep/anyOf/1/required",keyword:"required",params:{missingProperty: "to"},message:"must have required property '"+"to"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data1.past === undefined){
const err9 = {instancePath:instancePath+"/sweep",schemaPath:"#/properties/sweep/anyOf/1/required",keyword:"required",params:{missingProperty: "past"},message:"must have required property '"+"past"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
for(const key1 in data1){
if(!((key1 === "to") || (key1 === "past"))){
const err10 = {instancePath:instancePath+"/sweep",schemaPath:"#/properties/sweep/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data1.to !== undefined){
let data2 = data1.to;
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
const err11 = {instancePath:instancePath+"/sweep/to",schemaPath:"#/$defs/commit/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40,64}$"},message:"must match pattern \""+"^[0-9a-f]{40,64}$"+"\""};
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
const err12 = {instancePath:instancePath+"/sweep/to",schemaPath:"#/$defs/commit/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data1.past !== undefined){
let data3 = data1.past;
if(typeof data3 === "string"){
if(func1(data3) > 100){
const err13 = {instancePath:instancePath+"/sweep/past",schemaPath:"#/properties/sweep/anyOf/1/properties/past/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"};
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
const err14 = {instancePath:instancePath+"/sweep/past",schemaPath:"#/properties/sweep/anyOf/1/properties/past/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err15 = {instancePath:instancePath+"/sweep",schemaPath:"#/properties/sweep/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var _valid0 = _errs9 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const err16 = {instancePath:instancePath+"/sweep",schemaPath:"#/properties/sweep/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
else {
errors = _errs6;
if(vErrors !== null){
if(_errs6){
vErrors.length = _errs6;
}
else {
vErrors = null;
}
}
}
}
if(data.waiting !== undefined){
let data4 = data.waiting;
if(Array.isArray(data4)){
if(data4.length > 100){
const err17 = {instancePath:instancePath+"/waiting",schemaPath:"#/properties/waiting/maxItems",keyword:"maxItems",params:{limit: 100},message:"must NOT have more than 100 items"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
let data5 = data4[i0];
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.id === undefined){
const err18 = {instancePath:instancePath+"/waiting/" + i0,schemaPath:"#/$defs/waiting/required",keyword:"required",params:{missingProperty: "id"},message:"must have required property '"+"id"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data5.agent === undefined){
const err19 = {instancePath:instancePath+"/waiting/" + i0,schemaPath:"#/$defs/waiting/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data5.body === undefined){
const err20 = {instancePath:instancePath+"/waiting/" + i0,schemaPath:"#/$defs/waiting/required",keyword:"required",params:{missingProperty: "body"},message:"must have required property '"+"body"+"'"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data5.tries === undefined){
const err21 = {instancePath:instancePath+"/waiting/" + i0,schemaPath:"#/$defs/waiting/required",keyword:"required",params:{missingProperty: "tries"},message:"must have required property '"+"tries"+"'"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data5.firstMs === undefined){
const err22 = {instancePath:instancePath+"/waiting/" + i0,schemaPath:"#/$defs/waiting/required",keyword:"required",params:{missingProperty: "firstMs"},message:"must have required property '"+"firstMs"+"'"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data5.lastMs === undefined){
const err23 = {instancePath:instancePath+"/waiting/" + i0,schemaPath:"#/$defs/waiting/required",keyword:"required",params:{missingProperty: "lastMs"},message:"must have required property '"+"lastMs"+"'"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data5.dueMs === undefined){
const err24 = {instancePath:instancePath+"/waiting/" + i0,schemaPath:"#/$defs/waiting/required",keyword:"required",params:{missingProperty: "dueMs"},message:"must have required property '"+"dueMs"+"'"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data5.isDown === undefined){
const err25 = {instancePath:instancePath+"/waiting/" + i0,schemaPath:"#/$defs/waiting/required",keyword:"required",params:{missingProperty: "isDown"},message:"must have required property '"+"isDown"+"'"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
for(const key2 in data5){
if(!((((((((key2 === "id") || (key2 === "agent")) || (key2 === "body")) || (key2 === "tries")) || (key2 === "firstMs")) || (key2 === "lastMs")) || (key2 === "dueMs")) || (key2 === "isDown"))){
const err26 = {instancePath:instancePath+"/waiting/" + i0,schemaPath:"#/$defs/waiting/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data5.id !== undefined){
let data6 = data5.id;
if(typeof data6 === "string"){
if(!pattern6.test(data6)){
const err27 = {instancePath:instancePath+"/waiting/" + i0+"/id",schemaPath:"#/$defs/waiting/properties/id/pattern",keyword:"pattern",params:{pattern: "^evt_[0-9a-f]{32}$"},message:"must match pattern \""+"^evt_[0-9a-f]{32}$"+"\""};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/waiting/" + i0+"/id",schemaPath:"#/$defs/waiting/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data5.agent !== undefined){
let data7 = data5.agent;
if(typeof data7 === "string"){
if(!pattern7.test(data7)){
const err29 = {instancePath:instancePath+"/waiting/" + i0+"/agent",schemaPath:"#/$defs/waiting/properties/agent/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/waiting/" + i0+"/agent",schemaPath:"#/$defs/waiting/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data5.body !== undefined){
let data8 = data5.body;
if(typeof data8 === "string"){
if(func1(data8) > 20000){
const err31 = {instancePath:instancePath+"/waiting/" + i0+"/body",schemaPath:"#/$defs/waiting/properties/body/maxLength",keyword:"maxLength",params:{limit: 20000},message:"must NOT have more than 20000 characters"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/waiting/" + i0+"/body",schemaPath:"#/$defs/waiting/properties/body/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data5.tries !== undefined){
let data9 = data5.tries;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err33 = {instancePath:instancePath+"/waiting/" + i0+"/tries",schemaPath:"#/$defs/waiting/properties/tries/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 < 0 || isNaN(data9)){
const err34 = {instancePath:instancePath+"/waiting/" + i0+"/tries",schemaPath:"#/$defs/waiting/properties/tries/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
if(data5.firstMs !== undefined){
let data10 = data5.firstMs;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
const err35 = {instancePath:instancePath+"/waiting/" + i0+"/firstMs",schemaPath:"#/$defs/waiting/properties/firstMs/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data5.lastMs !== undefined){
let data11 = data5.lastMs;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err36 = {instancePath:instancePath+"/waiting/" + i0+"/lastMs",schemaPath:"#/$defs/waiting/properties/lastMs/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data5.dueMs !== undefined){
let data12 = data5.dueMs;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
const err37 = {instancePath:instancePath+"/waiting/" + i0+"/dueMs",schemaPath:"#/$defs/waiting/properties/dueMs/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data5.isDown !== undefined){
if(typeof data5.isDown !== "boolean"){
const err38 = {instancePath:instancePath+"/waiting/" + i0+"/isDown",schemaPath:"#/$defs/waiting/properties/isDown/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath:instancePath+"/waiting/" + i0,schemaPath:"#/$defs/waiting/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
else {
const err40 = {instancePath:instancePath+"/waiting",schemaPath:"#/properties/waiting/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data.lease !== undefined){
let data14 = data.lease;
const _errs40 = errors;
let valid9 = false;
const _errs41 = errors;
if(data14 !== null){
const err41 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/anyOf/0/type",keyword:"type",params:{type: "null"},message:"must be null"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
var _valid1 = _errs41 === errors;
valid9 = valid9 || _valid1;
const _errs43 = errors;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
if(data14.holder === undefined){
const err42 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/anyOf/1/required",keyword:"required",params:{missingProperty: "holder"},message:"must have required property '"+"holder"+"'"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data14.untilMs === undefined){
const err43 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/anyOf/1/required",keyword:"required",params:{missingProperty: "untilMs"},message:"must have required property '"+"untilMs"+"'"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
for(const key3 in data14){
if(!((key3 === "holder") || (key3 === "untilMs"))){
const err44 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data14.holder !== undefined){
let data15 = data14.holder;
if(typeof data15 === "string"){
if(func1(data15) > 100){
const err45 = {instancePath:instancePath+"/lease/holder",schemaPath:"#/properties/lease/anyOf/1/properties/holder/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"};
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
const err46 = {instancePath:instancePath+"/lease/holder",schemaPath:"#/properties/lease/anyOf/1/properties/holder/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data14.untilMs !== undefined){
let data16 = data14.untilMs;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err47 = {instancePath:instancePath+"/lease/untilMs",schemaPath:"#/properties/lease/anyOf/1/properties/untilMs/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
else {
const err48 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
var _valid1 = _errs43 === errors;
valid9 = valid9 || _valid1;
if(!valid9){
const err49 = {instancePath:instancePath+"/lease",schemaPath:"#/properties/lease/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
else {
errors = _errs40;
if(vErrors !== null){
if(_errs40){
vErrors.length = _errs40;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err50 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
