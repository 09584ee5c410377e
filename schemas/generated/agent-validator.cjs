// Generated from the JSON Schema of its name by `npm run generate`. Do not edit.
"use strict";
module.exports = validate20;
module.exports.default = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://aura.dev/schemas/agent.schema.json","title":"AgentDocument","description":"The desired state of one agent, set by Stripe and people. One file for each agent, at agents/<1st>/<2nd>/<id>.yaml.","type":"object","additionalProperties":false,"required":["apiVersion","kind","metadata","spec"],"properties":{"apiVersion":{"const":"aura.dev/v1"},"kind":{"const":"Agent"},"metadata":{"type":"object","additionalProperties":false,"required":["name","createdAt"],"properties":{"name":{"type":"string","pattern":"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},"createdAt":{"type":"string","format":"date-time"}}},"spec":{"type":"object","additionalProperties":false,"required":["subscription","customer","plan","access","region","power","revision"],"properties":{"subscription":{"type":"string","pattern":"^sub_[A-Za-z0-9_]{1,60}$"},"customer":{"type":"string","pattern":"^[^\\p{C}`]{1,255}$","description":"Stripe's id, or one that the merchant chose."},"plan":{"$ref":"#/$defs/name"},"access":{"type":"object","additionalProperties":false,"required":["state","since"],"properties":{"state":{"enum":["granted","suspended","ended"]},"since":{"type":"string","format":"date-time"},"until":{"type":"string","format":"date-time"},"owedSince":{"type":"string","format":"date-time","description":"Since when a payment is due. The policy's grace counts from this time; the field is removed once the subscription is paid again."},"issues":{"type":"array","uniqueItems":true,"maxItems":20,"items":{"enum":["PlanUnknown","PlanAmbiguous","QuantityUnsupported","RegionUnknown","RegionDiffers","CustomerDiffers","PaymentPastDue","PaymentUnpaid","CollectionPaused","SubscriptionPaused","PaymentIncomplete","TrialUnpaid","PaymentDisputed","FraudWarning"]}}}},"region":{"$ref":"#/$defs/name"},"power":{"enum":["running","stopped"]},"revision":{"type":"integer","minimum":1,"maximum":1000000},"config":{"$ref":"#/$defs/config"},"linkEpoch":{"type":"integer","minimum":1,"maximum":1000000},"hold":{"type":"object","additionalProperties":false,"required":["reason","since","until"],"properties":{"reason":{"type":"string","minLength":1,"maxLength":500},"since":{"type":"string","format":"date-time"},"until":{"type":"string","format":"date-time"}}},"isolated":{"type":"object","additionalProperties":false,"required":["reason","since"],"description":"its server reaches nothing but the tailnet's relays, and nothing in the tailnet reaches it; it goes on running","properties":{"reason":{"type":"string","minLength":1,"maxLength":500},"since":{"type":"string","format":"date-time"}}},"retired":{"type":"object","additionalProperties":false,"required":["at","by","reason"],"properties":{"at":{"type":"string","format":"date-time"},"by":{"enum":["stripe","person","customer","finalize"],"description":"stripe: the subscription has ended; finalize: access was suspended for too long. Both are lifted once their cause no longer holds; the others are never lifted automatically."},"reason":{"type":"string","minLength":1,"maxLength":500},"cites":{"type":"string","pattern":"^[0-9a-f]{40}([0-9a-f]{24})?$","description":"the commit that removed the file, or the reverted one that created it"}}}}}},"$defs":{"name":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,39}$"},"reservedName":{"description":"names of environment variables that change what a program loads, runs or reaches","anyOf":[{"pattern":"^(LD|DYLD|GLIBC|MALLOC|GCONV|NODE|NPM|PYTHON|PERL|RUBY|GEM|JAVA|BASH|GIT|SSH|SSL|XDG|DOCKER|SYSTEMD|AURA|OPENCLAW)_"},{"pattern":"^(PERL5|PYTHON|RUBY|CLASSPATH|JDK_JAVA)"},{"enum":["ALL_PROXY","CDPATH","ENV","HOME","HTTPS_PROXY","HTTP_PROXY","IFS","LANG","LOCPATH","LOGNAME","NLSPATH","NO_PROXY","PATH","PWD","SHELL","SHELLOPTS","TERM","TMPDIR","USER"]}]},"config":{"type":"object","description":"openclaw settings that a customer may choose; secrets by reference, never values","additionalProperties":false,"properties":{"displayName":{"type":"string","minLength":1,"maxLength":80,"not":{"pattern":"[\\p{Cc}\\p{Zl}\\p{Zp}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]"}},"model":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}$"},"channels":{"type":"array","uniqueItems":true,"maxItems":10,"items":{"enum":["discord","slack","telegram","web","whatsapp"]}},"timezone":{"type":"string","pattern":"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$","maxLength":60},"secrets":{"type":"object","description":"name of an environment variable to the reference of a secret","maxProperties":20,"propertyNames":{"pattern":"^[A-Z][A-Z0-9_]{0,59}$","not":{"$ref":"#/$defs/reservedName"}},"additionalProperties":{"type":"string","pattern":"^secret://[a-z0-9][a-z0-9/_-]{0,199}$"}}}}}};
const schema32 = {"type":"string","pattern":"^[a-z][a-z0-9-]{0,39}$"};
const pattern4 = new RegExp("^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$", "u");
const pattern5 = new RegExp("^sub_[A-Za-z0-9_]{1,60}$", "u");
const pattern6 = new RegExp("^[^\\p{C}`]{1,255}$", "u");
const pattern7 = new RegExp("^[a-z][a-z0-9-]{0,39}$", "u");
const pattern16 = new RegExp("^[0-9a-f]{40}([0-9a-f]{24})?$", "u");
const formats0 = /^(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)|\d{4}-(?:0[13578]|1[02])-31|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const func1 = Object.prototype.hasOwnProperty;
const func0 = require("ajv/dist/runtime/equal").default;
const func3 = require("ajv/dist/runtime/ucs2length").default;
const schema34 = {"type":"object","description":"openclaw settings that a customer may choose; secrets by reference, never values","additionalProperties":false,"properties":{"displayName":{"type":"string","minLength":1,"maxLength":80,"not":{"pattern":"[\\p{Cc}\\p{Zl}\\p{Zp}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]"}},"model":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}$"},"channels":{"type":"array","uniqueItems":true,"maxItems":10,"items":{"enum":["discord","slack","telegram","web","whatsapp"]}},"timezone":{"type":"string","pattern":"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$","maxLength":60},"secrets":{"type":"object","description":"name of an environment variable to the reference of a secret","maxProperties":20,"propertyNames":{"pattern":"^[A-Z][A-Z0-9_]{0,59}$","not":{"$ref":"#/$defs/reservedName"}},"additionalProperties":{"type":"string","pattern":"^secret://[a-z0-9][a-z0-9/_-]{0,199}$"}}}};
const schema35 = {"description":"names of environment variables that change what a program loads, runs or reaches","anyOf":[{"pattern":"^(LD|DYLD|GLIBC|MALLOC|GCONV|NODE|NPM|PYTHON|PERL|RUBY|GEM|JAVA|BASH|GIT|SSH|SSL|XDG|DOCKER|SYSTEMD|AURA|OPENCLAW)_"},{"pattern":"^(PERL5|PYTHON|RUBY|CLASSPATH|JDK_JAVA)"},{"enum":["ALL_PROXY","CDPATH","ENV","HOME","HTTPS_PROXY","HTTP_PROXY","IFS","LANG","LOCPATH","LOGNAME","NLSPATH","NO_PROXY","PATH","PWD","SHELL","SHELLOPTS","TERM","TMPDIR","USER"]}]};
const pattern9 = new RegExp("[\\p{Cc}\\p{Zl}\\p{Zp}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]", "u");
const pattern10 = new RegExp("^[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}$", "u");
const pattern11 = new RegExp("^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$", "u");
const pattern12 = new RegExp("^(LD|DYLD|GLIBC|MALLOC|GCONV|NODE|NPM|PYTHON|PERL|RUBY|GEM|JAVA|BASH|GIT|SSH|SSL|XDG|DOCKER|SYSTEMD|AURA|OPENCLAW)_", "u");
const pattern13 = new RegExp("^(PERL5|PYTHON|RUBY|CLASSPATH|JDK_JAVA)", "u");
const pattern14 = new RegExp("^[A-Z][A-Z0-9_]{0,59}$", "u");
const pattern15 = new RegExp("^secret://[a-z0-9][a-z0-9/_-]{0,199}$", "u");

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
for(const key0 in data){
if(!(((((key0 === "displayName") || (key0 === "model")) || (key0 === "channels")) || (key0 === "timezone")) || (key0 === "secrets"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.displayName !== undefined){
let data0 = data.displayName;
const _errs4 = errors;
const _errs5 = errors;
if(typeof data0 === "string"){
if(!pattern9.test(data0)){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var valid1 = _errs5 === errors;
if(valid1){
const err2 = {instancePath:instancePath+"/displayName",schemaPath:"#/properties/displayName/not",keyword:"not",params:{},message:"must NOT be valid"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
errors = _errs4;
if(vErrors !== null){
if(_errs4){
vErrors.length = _errs4;
}
else {
vErrors = null;
}
}
}
if(typeof data0 === "string"){
if(func3(data0) > 80){
const err3 = {instancePath:instancePath+"/displayName",schemaPath:"#/properties/displayName/maxLength",keyword:"maxLength",params:{limit: 80},message:"must NOT have more than 80 characters"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(func3(data0) < 1){
const err4 = {instancePath:instancePath+"/displayName",schemaPath:"#/properties/displayName/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/displayName",schemaPath:"#/properties/displayName/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.model !== undefined){
let data1 = data.model;
if(typeof data1 === "string"){
if(!pattern10.test(data1)){
const err6 = {instancePath:instancePath+"/model",schemaPath:"#/properties/model/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}$"+"\""};
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
const err7 = {instancePath:instancePath+"/model",schemaPath:"#/properties/model/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.channels !== undefined){
let data2 = data.channels;
if(Array.isArray(data2)){
if(data2.length > 10){
const err8 = {instancePath:instancePath+"/channels",schemaPath:"#/properties/channels/maxItems",keyword:"maxItems",params:{limit: 10},message:"must NOT have more than 10 items"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(!(((((data3 === "discord") || (data3 === "slack")) || (data3 === "telegram")) || (data3 === "web")) || (data3 === "whatsapp"))){
const err9 = {instancePath:instancePath+"/channels/" + i0,schemaPath:"#/properties/channels/items/enum",keyword:"enum",params:{allowedValues: schema34.properties.channels.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
let i1 = data2.length;
let j0;
if(i1 > 1){
outer0:
for(;i1--;){
for(j0 = i1; j0--;){
if(func0(data2[i1], data2[j0])){
const err10 = {instancePath:instancePath+"/channels",schemaPath:"#/properties/channels/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
break outer0;
}
}
}
}
}
else {
const err11 = {instancePath:instancePath+"/channels",schemaPath:"#/properties/channels/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.timezone !== undefined){
let data4 = data.timezone;
if(typeof data4 === "string"){
if(func3(data4) > 60){
const err12 = {instancePath:instancePath+"/timezone",schemaPath:"#/properties/timezone/maxLength",keyword:"maxLength",params:{limit: 60},message:"must NOT have more than 60 characters"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(!pattern11.test(data4)){
const err13 = {instancePath:instancePath+"/timezone",schemaPath:"#/properties/timezone/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$"+"\""};
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
const err14 = {instancePath:instancePath+"/timezone",schemaPath:"#/properties/timezone/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.secrets !== undefined){
let data5 = data.secrets;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(Object.keys(data5).length > 20){
const err15 = {instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/maxProperties",keyword:"maxProperties",params:{limit: 20},message:"must NOT have more than 20 properties"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
for(const key1 in data5){
const _errs15 = errors;
const _errs16 = errors;
const _errs17 = errors;
const _errs19 = errors;
let valid8 = false;
const _errs20 = errors;
if(typeof key1 === "string"){
if(!pattern12.test(key1)){
const err16 = {};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
var _valid0 = _errs20 === errors;
valid8 = valid8 || _valid0;
const _errs21 = errors;
if(typeof key1 === "string"){
if(!pattern13.test(key1)){
const err17 = {};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
var _valid0 = _errs21 === errors;
valid8 = valid8 || _valid0;
const _errs22 = errors;
if(!(((((((((((((((((((key1 === "ALL_PROXY") || (key1 === "CDPATH")) || (key1 === "ENV")) || (key1 === "HOME")) || (key1 === "HTTPS_PROXY")) || (key1 === "HTTP_PROXY")) || (key1 === "IFS")) || (key1 === "LANG")) || (key1 === "LOCPATH")) || (key1 === "LOGNAME")) || (key1 === "NLSPATH")) || (key1 === "NO_PROXY")) || (key1 === "PATH")) || (key1 === "PWD")) || (key1 === "SHELL")) || (key1 === "SHELLOPTS")) || (key1 === "TERM")) || (key1 === "TMPDIR")) || (key1 === "USER"))){
const err18 = {};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
var _valid0 = _errs22 === errors;
valid8 = valid8 || _valid0;
if(!valid8){
const err19 = {};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
errors = _errs19;
if(vErrors !== null){
if(_errs19){
vErrors.length = _errs19;
}
else {
vErrors = null;
}
}
}
var valid6 = _errs17 === errors;
if(valid6){
const err20 = {instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/propertyNames/not",keyword:"not",params:{},message:"must NOT be valid",propertyName:key1};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
else {
errors = _errs16;
if(vErrors !== null){
if(_errs16){
vErrors.length = _errs16;
}
else {
vErrors = null;
}
}
}
if(typeof key1 === "string"){
if(!pattern14.test(key1)){
const err21 = {instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Z0-9_]{0,59}$"},message:"must match pattern \""+"^[A-Z][A-Z0-9_]{0,59}$"+"\"",propertyName:key1};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
var valid5 = _errs15 === errors;
if(!valid5){
const err22 = {instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
for(const key2 in data5){
let data6 = data5[key2];
if(typeof data6 === "string"){
if(!pattern15.test(data6)){
const err23 = {instancePath:instancePath+"/secrets/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/secrets/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^secret://[a-z0-9][a-z0-9/_-]{0,199}$"},message:"must match pattern \""+"^secret://[a-z0-9][a-z0-9/_-]{0,199}$"+"\""};
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
const err24 = {instancePath:instancePath+"/secrets/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/secrets/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err25 = {instancePath:instancePath+"/secrets",schemaPath:"#/properties/secrets/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
else {
const err26 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://aura.dev/schemas/agent.schema.json" */;
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
if(data.metadata === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "metadata"},message:"must have required property '"+"metadata"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.spec === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spec"},message:"must have required property '"+"spec"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "apiVersion") || (key0 === "kind")) || (key0 === "metadata")) || (key0 === "spec"))){
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
if("Agent" !== data.kind){
const err6 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "Agent"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.metadata !== undefined){
let data2 = data.metadata;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.name === undefined){
const err7 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data2.createdAt === undefined){
const err8 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/required",keyword:"required",params:{missingProperty: "createdAt"},message:"must have required property '"+"createdAt"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key1 in data2){
if(!((key1 === "name") || (key1 === "createdAt"))){
const err9 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data2.name !== undefined){
let data3 = data2.name;
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err10 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/pattern",keyword:"pattern",params:{pattern: "^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"},message:"must match pattern \""+"^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$"+"\""};
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
const err11 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data2.createdAt !== undefined){
let data4 = data2.createdAt;
if(typeof data4 === "string"){
if(!(formats0.test(data4))){
const err12 = {instancePath:instancePath+"/metadata/createdAt",schemaPath:"#/properties/metadata/properties/createdAt/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err13 = {instancePath:instancePath+"/metadata/createdAt",schemaPath:"#/properties/metadata/properties/createdAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err14 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.spec !== undefined){
let data5 = data.spec;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.subscription === undefined){
const err15 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "subscription"},message:"must have required property '"+"subscription"+"'"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data5.customer === undefined){
const err16 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "customer"},message:"must have required property '"+"customer"+"'"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data5.plan === undefined){
const err17 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "plan"},message:"must have required property '"+"plan"+"'"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data5.access === undefined){
const err18 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "access"},message:"must have required property '"+"access"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data5.region === undefined){
const err19 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "region"},message:"must have required property '"+"region"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data5.power === undefined){
const err20 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "power"},message:"must have required property '"+"power"+"'"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data5.revision === undefined){
const err21 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "revision"},message:"must have required property '"+"revision"+"'"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
for(const key2 in data5){
if(!(func1.call(schema31.properties.spec.properties, key2))){
const err22 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data5.subscription !== undefined){
let data6 = data5.subscription;
if(typeof data6 === "string"){
if(!pattern5.test(data6)){
const err23 = {instancePath:instancePath+"/spec/subscription",schemaPath:"#/properties/spec/properties/subscription/pattern",keyword:"pattern",params:{pattern: "^sub_[A-Za-z0-9_]{1,60}$"},message:"must match pattern \""+"^sub_[A-Za-z0-9_]{1,60}$"+"\""};
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
const err24 = {instancePath:instancePath+"/spec/subscription",schemaPath:"#/properties/spec/properties/subscription/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data5.customer !== undefined){
let data7 = data5.customer;
if(typeof data7 === "string"){
if(!pattern6.test(data7)){
const err25 = {instancePath:instancePath+"/spec/customer",schemaPath:"#/properties/spec/properties/customer/pattern",keyword:"pattern",params:{pattern: "^[^\\p{C}`]{1,255}$"},message:"must match pattern \""+"^[^\\p{C}`]{1,255}$"+"\""};
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
const err26 = {instancePath:instancePath+"/spec/customer",schemaPath:"#/properties/spec/properties/customer/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data5.plan !== undefined){
let data8 = data5.plan;
if(typeof data8 === "string"){
if(!pattern7.test(data8)){
const err27 = {instancePath:instancePath+"/spec/plan",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,39}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,39}$"+"\""};
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
const err28 = {instancePath:instancePath+"/spec/plan",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data5.access !== undefined){
let data9 = data5.access;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.state === undefined){
const err29 = {instancePath:instancePath+"/spec/access",schemaPath:"#/properties/spec/properties/access/required",keyword:"required",params:{missingProperty: "state"},message:"must have required property '"+"state"+"'"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data9.since === undefined){
const err30 = {instancePath:instancePath+"/spec/access",schemaPath:"#/properties/spec/properties/access/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
for(const key3 in data9){
if(!(((((key3 === "state") || (key3 === "since")) || (key3 === "until")) || (key3 === "owedSince")) || (key3 === "issues"))){
const err31 = {instancePath:instancePath+"/spec/access",schemaPath:"#/properties/spec/properties/access/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data9.state !== undefined){
let data10 = data9.state;
if(!(((data10 === "granted") || (data10 === "suspended")) || (data10 === "ended"))){
const err32 = {instancePath:instancePath+"/spec/access/state",schemaPath:"#/properties/spec/properties/access/properties/state/enum",keyword:"enum",params:{allowedValues: schema31.properties.spec.properties.access.properties.state.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data9.since !== undefined){
let data11 = data9.since;
if(typeof data11 === "string"){
if(!(formats0.test(data11))){
const err33 = {instancePath:instancePath+"/spec/access/since",schemaPath:"#/properties/spec/properties/access/properties/since/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
else {
const err34 = {instancePath:instancePath+"/spec/access/since",schemaPath:"#/properties/spec/properties/access/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data9.until !== undefined){
let data12 = data9.until;
if(typeof data12 === "string"){
if(!(formats0.test(data12))){
const err35 = {instancePath:instancePath+"/spec/access/until",schemaPath:"#/properties/spec/properties/access/properties/until/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err36 = {instancePath:instancePath+"/spec/access/until",schemaPath:"#/properties/spec/properties/access/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data9.owedSince !== undefined){
let data13 = data9.owedSince;
if(typeof data13 === "string"){
if(!(formats0.test(data13))){
const err37 = {instancePath:instancePath+"/spec/access/owedSince",schemaPath:"#/properties/spec/properties/access/properties/owedSince/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err38 = {instancePath:instancePath+"/spec/access/owedSince",schemaPath:"#/properties/spec/properties/access/properties/owedSince/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data9.issues !== undefined){
let data14 = data9.issues;
if(Array.isArray(data14)){
if(data14.length > 20){
const err39 = {instancePath:instancePath+"/spec/access/issues",schemaPath:"#/properties/spec/properties/access/properties/issues/maxItems",keyword:"maxItems",params:{limit: 20},message:"must NOT have more than 20 items"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
const len0 = data14.length;
for(let i0=0; i0<len0; i0++){
let data15 = data14[i0];
if(!((((((((((((((data15 === "PlanUnknown") || (data15 === "PlanAmbiguous")) || (data15 === "QuantityUnsupported")) || (data15 === "RegionUnknown")) || (data15 === "RegionDiffers")) || (data15 === "CustomerDiffers")) || (data15 === "PaymentPastDue")) || (data15 === "PaymentUnpaid")) || (data15 === "CollectionPaused")) || (data15 === "SubscriptionPaused")) || (data15 === "PaymentIncomplete")) || (data15 === "TrialUnpaid")) || (data15 === "PaymentDisputed")) || (data15 === "FraudWarning"))){
const err40 = {instancePath:instancePath+"/spec/access/issues/" + i0,schemaPath:"#/properties/spec/properties/access/properties/issues/items/enum",keyword:"enum",params:{allowedValues: schema31.properties.spec.properties.access.properties.issues.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
let i1 = data14.length;
let j0;
if(i1 > 1){
outer0:
for(;i1--;){
for(j0 = i1; j0--;){
if(func0(data14[i1], data14[j0])){
const err41 = {instancePath:instancePath+"/spec/access/issues",schemaPath:"#/properties/spec/properties/access/properties/issues/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
break outer0;
}
}
}
}
}
else {
const err42 = {instancePath:instancePath+"/spec/access/issues",schemaPath:"#/properties/spec/properties/access/properties/issues/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
else {
const err43 = {instancePath:instancePath+"/spec/access",schemaPath:"#/properties/spec/properties/access/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data5.region !== undefined){
let data16 = data5.region;
if(typeof data16 === "string"){
if(!pattern7.test(data16)){
const err44 = {instancePath:instancePath+"/spec/region",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,39}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,39}$"+"\""};
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
const err45 = {instancePath:instancePath+"/spec/region",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data5.power !== undefined){
let data17 = data5.power;
if(!((data17 === "running") || (data17 === "stopped"))){
const err46 = {instancePath:instancePath+"/spec/power",schemaPath:"#/properties/spec/properties/power/enum",keyword:"enum",params:{allowedValues: schema31.properties.spec.properties.power.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data5.revision !== undefined){
let data18 = data5.revision;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
const err47 = {instancePath:instancePath+"/spec/revision",schemaPath:"#/properties/spec/properties/revision/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 1000000 || isNaN(data18)){
const err48 = {instancePath:instancePath+"/spec/revision",schemaPath:"#/properties/spec/properties/revision/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(data18 < 1 || isNaN(data18)){
const err49 = {instancePath:instancePath+"/spec/revision",schemaPath:"#/properties/spec/properties/revision/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
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
if(data5.config !== undefined){
if(!(validate21(data5.config, {instancePath:instancePath+"/spec/config",parentData:data5,parentDataProperty:"config",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
if(data5.linkEpoch !== undefined){
let data20 = data5.linkEpoch;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
const err50 = {instancePath:instancePath+"/spec/linkEpoch",schemaPath:"#/properties/spec/properties/linkEpoch/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 > 1000000 || isNaN(data20)){
const err51 = {instancePath:instancePath+"/spec/linkEpoch",schemaPath:"#/properties/spec/properties/linkEpoch/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
if(data20 < 1 || isNaN(data20)){
const err52 = {instancePath:instancePath+"/spec/linkEpoch",schemaPath:"#/properties/spec/properties/linkEpoch/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
if(data5.hold !== undefined){
let data21 = data5.hold;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.reason === undefined){
const err53 = {instancePath:instancePath+"/spec/hold",schemaPath:"#/properties/spec/properties/hold/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data21.since === undefined){
const err54 = {instancePath:instancePath+"/spec/hold",schemaPath:"#/properties/spec/properties/hold/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(data21.until === undefined){
const err55 = {instancePath:instancePath+"/spec/hold",schemaPath:"#/properties/spec/properties/hold/required",keyword:"required",params:{missingProperty: "until"},message:"must have required property '"+"until"+"'"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
for(const key4 in data21){
if(!(((key4 === "reason") || (key4 === "since")) || (key4 === "until"))){
const err56 = {instancePath:instancePath+"/spec/hold",schemaPath:"#/properties/spec/properties/hold/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data21.reason !== undefined){
let data22 = data21.reason;
if(typeof data22 === "string"){
if(func3(data22) > 500){
const err57 = {instancePath:instancePath+"/spec/hold/reason",schemaPath:"#/properties/spec/properties/hold/properties/reason/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
if(func3(data22) < 1){
const err58 = {instancePath:instancePath+"/spec/hold/reason",schemaPath:"#/properties/spec/properties/hold/properties/reason/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
else {
const err59 = {instancePath:instancePath+"/spec/hold/reason",schemaPath:"#/properties/spec/properties/hold/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data21.since !== undefined){
let data23 = data21.since;
if(typeof data23 === "string"){
if(!(formats0.test(data23))){
const err60 = {instancePath:instancePath+"/spec/hold/since",schemaPath:"#/properties/spec/properties/hold/properties/since/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err61 = {instancePath:instancePath+"/spec/hold/since",schemaPath:"#/properties/spec/properties/hold/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data21.until !== undefined){
let data24 = data21.until;
if(typeof data24 === "string"){
if(!(formats0.test(data24))){
const err62 = {instancePath:instancePath+"/spec/hold/until",schemaPath:"#/properties/spec/properties/hold/properties/until/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err63 = {instancePath:instancePath+"/spec/hold/until",schemaPath:"#/properties/spec/properties/hold/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err64 = {instancePath:instancePath+"/spec/hold",schemaPath:"#/properties/spec/properties/hold/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data5.isolated !== undefined){
let data25 = data5.isolated;
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
if(data25.reason === undefined){
const err65 = {instancePath:instancePath+"/spec/isolated",schemaPath:"#/properties/spec/properties/isolated/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if(data25.since === undefined){
const err66 = {instancePath:instancePath+"/spec/isolated",schemaPath:"#/properties/spec/properties/isolated/required",keyword:"required",params:{missingProperty: "since"},message:"must have required property '"+"since"+"'"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
for(const key5 in data25){
if(!((key5 === "reason") || (key5 === "since"))){
const err67 = {instancePath:instancePath+"/spec/isolated",schemaPath:"#/properties/spec/properties/isolated/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
if(data25.reason !== undefined){
let data26 = data25.reason;
if(typeof data26 === "string"){
if(func3(data26) > 500){
const err68 = {instancePath:instancePath+"/spec/isolated/reason",schemaPath:"#/properties/spec/properties/isolated/properties/reason/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
if(func3(data26) < 1){
const err69 = {instancePath:instancePath+"/spec/isolated/reason",schemaPath:"#/properties/spec/properties/isolated/properties/reason/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err70 = {instancePath:instancePath+"/spec/isolated/reason",schemaPath:"#/properties/spec/properties/isolated/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data25.since !== undefined){
let data27 = data25.since;
if(typeof data27 === "string"){
if(!(formats0.test(data27))){
const err71 = {instancePath:instancePath+"/spec/isolated/since",schemaPath:"#/properties/spec/properties/isolated/properties/since/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
else {
const err72 = {instancePath:instancePath+"/spec/isolated/since",schemaPath:"#/properties/spec/properties/isolated/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
else {
const err73 = {instancePath:instancePath+"/spec/isolated",schemaPath:"#/properties/spec/properties/isolated/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data5.retired !== undefined){
let data28 = data5.retired;
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
if(data28.at === undefined){
const err74 = {instancePath:instancePath+"/spec/retired",schemaPath:"#/properties/spec/properties/retired/required",keyword:"required",params:{missingProperty: "at"},message:"must have required property '"+"at"+"'"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
if(data28.by === undefined){
const err75 = {instancePath:instancePath+"/spec/retired",schemaPath:"#/properties/spec/properties/retired/required",keyword:"required",params:{missingProperty: "by"},message:"must have required property '"+"by"+"'"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if(data28.reason === undefined){
const err76 = {instancePath:instancePath+"/spec/retired",schemaPath:"#/properties/spec/properties/retired/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
for(const key6 in data28){
if(!((((key6 === "at") || (key6 === "by")) || (key6 === "reason")) || (key6 === "cites"))){
const err77 = {instancePath:instancePath+"/spec/retired",schemaPath:"#/properties/spec/properties/retired/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
if(data28.at !== undefined){
let data29 = data28.at;
if(typeof data29 === "string"){
if(!(formats0.test(data29))){
const err78 = {instancePath:instancePath+"/spec/retired/at",schemaPath:"#/properties/spec/properties/retired/properties/at/format",keyword:"format",params:{format: "date-time"},message:"must match format \""+"date-time"+"\""};
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
const err79 = {instancePath:instancePath+"/spec/retired/at",schemaPath:"#/properties/spec/properties/retired/properties/at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data28.by !== undefined){
let data30 = data28.by;
if(!((((data30 === "stripe") || (data30 === "person")) || (data30 === "customer")) || (data30 === "finalize"))){
const err80 = {instancePath:instancePath+"/spec/retired/by",schemaPath:"#/properties/spec/properties/retired/properties/by/enum",keyword:"enum",params:{allowedValues: schema31.properties.spec.properties.retired.properties.by.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data28.reason !== undefined){
let data31 = data28.reason;
if(typeof data31 === "string"){
if(func3(data31) > 500){
const err81 = {instancePath:instancePath+"/spec/retired/reason",schemaPath:"#/properties/spec/properties/retired/properties/reason/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(func3(data31) < 1){
const err82 = {instancePath:instancePath+"/spec/retired/reason",schemaPath:"#/properties/spec/properties/retired/properties/reason/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
else {
const err83 = {instancePath:instancePath+"/spec/retired/reason",schemaPath:"#/properties/spec/properties/retired/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data28.cites !== undefined){
let data32 = data28.cites;
if(typeof data32 === "string"){
if(!pattern16.test(data32)){
const err84 = {instancePath:instancePath+"/spec/retired/cites",schemaPath:"#/properties/spec/properties/retired/properties/cites/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{40}([0-9a-f]{24})?$"},message:"must match pattern \""+"^[0-9a-f]{40}([0-9a-f]{24})?$"+"\""};
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
const err85 = {instancePath:instancePath+"/spec/retired/cites",schemaPath:"#/properties/spec/properties/retired/properties/cites/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err86 = {instancePath:instancePath+"/spec/retired",schemaPath:"#/properties/spec/properties/retired/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err87 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
}
else {
const err88 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
