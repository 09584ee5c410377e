// Generated from the JSON Schema of its name by `npm run generate`. Do not edit.
"use strict";
module.exports = validate20;
module.exports.default = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://aura.dev/schemas/heartbeat.schema.json","title":"Heartbeat","description":"What a host reports every minute about its agent. It holds no text of the agent's and no secret.","type":"object","additionalProperties":false,"required":["unit","answers","containers","memory","disk","openclaw","rebootPending","tailnet"],"properties":{"unit":{"type":"object","additionalProperties":false,"description":"the unit openclaw.service","required":["state","restarts"],"properties":{"state":{"enum":["active","activating","deactivating","failed","inactive","unknown"]},"restarts":{"type":"integer","minimum":0,"maximum":1000000000,"description":"restarts by systemd since it was last started by a person or a play"}}},"answers":{"type":"boolean","description":"whether the gateway answers on the host"},"containers":{"type":["object","null"],"additionalProperties":false,"description":"the agent's containers; null where Docker does not answer","required":["running","unhealthy"],"properties":{"running":{"type":"integer","minimum":0,"maximum":100000},"unhealthy":{"type":"integer","minimum":0,"maximum":100000,"description":"that fail their own check, or restart again and again"}}},"memory":{"$ref":"#/$defs/space"},"disk":{"$ref":"#/$defs/space"},"openclaw":{"type":["string","null"],"pattern":"^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$","description":"the version that the host was configured to; null before its first play has ended"},"rebootPending":{"type":"boolean","description":"whether an upgrade asks for a reboot"},"tailnet":{"type":"boolean","description":"whether the host is connected to its tailnet"}},"$defs":{"space":{"type":"object","additionalProperties":false,"required":["totalMb","freeMb"],"properties":{"totalMb":{"type":"integer","minimum":0,"maximum":1000000000},"freeMb":{"type":"integer","minimum":0,"maximum":1000000000}}}}};
const schema32 = {"type":"object","additionalProperties":false,"required":["totalMb","freeMb"],"properties":{"totalMb":{"type":"integer","minimum":0,"maximum":1000000000},"freeMb":{"type":"integer","minimum":0,"maximum":1000000000}}};
const pattern4 = new RegExp("^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$", "u");

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://aura.dev/schemas/heartbeat.schema.json" */;
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
if(data.unit === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "unit"},message:"must have required property '"+"unit"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.answers === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "answers"},message:"must have required property '"+"answers"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.containers === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "containers"},message:"must have required property '"+"containers"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.memory === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "memory"},message:"must have required property '"+"memory"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.disk === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "disk"},message:"must have required property '"+"disk"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.openclaw === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "openclaw"},message:"must have required property '"+"openclaw"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.rebootPending === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "rebootPending"},message:"must have required property '"+"rebootPending"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.tailnet === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "tailnet"},message:"must have required property '"+"tailnet"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "unit") || (key0 === "answers")) || (key0 === "containers")) || (key0 === "memory")) || (key0 === "disk")) || (key0 === "openclaw")) || (key0 === "rebootPending")) || (key0 === "tailnet"))){
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
if(data.unit !== undefined){
let data0 = data.unit;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.state === undefined){
const err9 = {instancePath:instancePath+"/unit",schemaPath:"#/properties/unit/required",keyword:"required",params:{missingProperty: "state"},message:"must have required property '"+"state"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data0.restarts === undefined){
const err10 = {instancePath:instancePath+"/unit",schemaPath:"#/properties/unit/required",keyword:"required",params:{missingProperty: "restarts"},message:"must have required property '"+"restarts"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key1 in data0){
if(!((key1 === "state") || (key1 === "restarts"))){
const err11 = {instancePath:instancePath+"/unit",schemaPath:"#/properties/unit/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data0.state !== undefined){
let data1 = data0.state;
if(!((((((data1 === "active") || (data1 === "activating")) || (data1 === "deactivating")) || (data1 === "failed")) || (data1 === "inactive")) || (data1 === "unknown"))){
const err12 = {instancePath:instancePath+"/unit/state",schemaPath:"#/properties/unit/properties/state/enum",keyword:"enum",params:{allowedValues: schema31.properties.unit.properties.state.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data0.restarts !== undefined){
let data2 = data0.restarts;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err13 = {instancePath:instancePath+"/unit/restarts",schemaPath:"#/properties/unit/properties/restarts/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 1000000000 || isNaN(data2)){
const err14 = {instancePath:instancePath+"/unit/restarts",schemaPath:"#/properties/unit/properties/restarts/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},message:"must be <= 1000000000"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err15 = {instancePath:instancePath+"/unit/restarts",schemaPath:"#/properties/unit/properties/restarts/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
}
else {
const err16 = {instancePath:instancePath+"/unit",schemaPath:"#/properties/unit/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.answers !== undefined){
if(typeof data.answers !== "boolean"){
const err17 = {instancePath:instancePath+"/answers",schemaPath:"#/properties/answers/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.containers !== undefined){
let data4 = data.containers;
if((!(data4 && typeof data4 == "object" && !Array.isArray(data4))) && (data4 !== null)){
const err18 = {instancePath:instancePath+"/containers",schemaPath:"#/properties/containers/type",keyword:"type",params:{type: schema31.properties.containers.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
if(data4.running === undefined){
const err19 = {instancePath:instancePath+"/containers",schemaPath:"#/properties/containers/required",keyword:"required",params:{missingProperty: "running"},message:"must have required property '"+"running"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data4.unhealthy === undefined){
const err20 = {instancePath:instancePath+"/containers",schemaPath:"#/properties/containers/required",keyword:"required",params:{missingProperty: "unhealthy"},message:"must have required property '"+"unhealthy"+"'"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
for(const key2 in data4){
if(!((key2 === "running") || (key2 === "unhealthy"))){
const err21 = {instancePath:instancePath+"/containers",schemaPath:"#/properties/containers/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data4.running !== undefined){
let data5 = data4.running;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err22 = {instancePath:instancePath+"/containers/running",schemaPath:"#/properties/containers/properties/running/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 100000 || isNaN(data5)){
const err23 = {instancePath:instancePath+"/containers/running",schemaPath:"#/properties/containers/properties/running/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},message:"must be <= 100000"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data5 < 0 || isNaN(data5)){
const err24 = {instancePath:instancePath+"/containers/running",schemaPath:"#/properties/containers/properties/running/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
if(data4.unhealthy !== undefined){
let data6 = data4.unhealthy;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err25 = {instancePath:instancePath+"/containers/unhealthy",schemaPath:"#/properties/containers/properties/unhealthy/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 100000 || isNaN(data6)){
const err26 = {instancePath:instancePath+"/containers/unhealthy",schemaPath:"#/properties/containers/properties/unhealthy/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},message:"must be <= 100000"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data6 < 0 || isNaN(data6)){
const err27 = {instancePath:instancePath+"/containers/unhealthy",schemaPath:"#/properties/containers/properties/unhealthy/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
}
}
if(data.memory !== undefined){
let data7 = data.memory;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(data7.totalMb === undefined){
const err28 = {instancePath:instancePath+"/memory",schemaPath:"#/$defs/space/required",keyword:"required",params:{missingProperty: "totalMb"},message:"must have required property '"+"totalMb"+"'"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data7.freeMb === undefined){
const err29 = {instancePath:instancePath+"/memory",schemaPath:"#/$defs/space/required",keyword:"required",params:{missingProperty: "freeMb"},message:"must have required property '"+"freeMb"+"'"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
for(const key3 in data7){
if(!((key3 === "totalMb") || (key3 === "freeMb"))){
const err30 = {instancePath:instancePath+"/memory",schemaPath:"#/$defs/space/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data7.totalMb !== undefined){
let data8 = data7.totalMb;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err31 = {instancePath:instancePath+"/memory/totalMb",schemaPath:"#/$defs/space/properties/totalMb/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1000000000 || isNaN(data8)){
const err32 = {instancePath:instancePath+"/memory/totalMb",schemaPath:"#/$defs/space/properties/totalMb/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},message:"must be <= 1000000000"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err33 = {instancePath:instancePath+"/memory/totalMb",schemaPath:"#/$defs/space/properties/totalMb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
}
if(data7.freeMb !== undefined){
let data9 = data7.freeMb;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err34 = {instancePath:instancePath+"/memory/freeMb",schemaPath:"#/$defs/space/properties/freeMb/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 1000000000 || isNaN(data9)){
const err35 = {instancePath:instancePath+"/memory/freeMb",schemaPath:"#/$defs/space/properties/freeMb/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},message:"must be <= 1000000000"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data9 < 0 || isNaN(data9)){
const err36 = {instancePath:instancePath+"/memory/freeMb",schemaPath:"#/$defs/space/properties/freeMb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
}
else {
const err37 = {instancePath:instancePath+"/memory",schemaPath:"#/$defs/space/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.disk !== undefined){
let data10 = data.disk;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.totalMb === undefined){
const err38 = {instancePath:instancePath+"/disk",schemaPath:"#/$defs/space/required",keyword:"required",params:{missingProperty: "totalMb"},message:"must have required property '"+"totalMb"+"'"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(data10.freeMb === undefined){
const err39 = {instancePath:instancePath+"/disk",schemaPath:"#/$defs/space/required",keyword:"required",params:{missingProperty: "freeMb"},message:"must have required property '"+"freeMb"+"'"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
for(const key4 in data10){
if(!((key4 === "totalMb") || (key4 === "freeMb"))){
const err40 = {instancePath:instancePath+"/disk",schemaPath:"#/$defs/space/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data10.totalMb !== undefined){
let data11 = data10.totalMb;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err41 = {instancePath:instancePath+"/disk/totalMb",schemaPath:"#/$defs/space/properties/totalMb/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 1000000000 || isNaN(data11)){
const err42 = {instancePath:instancePath+"/disk/totalMb",schemaPath:"#/$defs/space/properties/totalMb/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},message:"must be <= 1000000000"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err43 = {instancePath:instancePath+"/disk/totalMb",schemaPath:"#/$defs/space/properties/totalMb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
if(data10.freeMb !== undefined){
let data12 = data10.freeMb;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
const err44 = {instancePath:instancePath+"/disk/freeMb",schemaPath:"#/$defs/space/properties/freeMb/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 1000000000 || isNaN(data12)){
const err45 = {instancePath:instancePath+"/disk/freeMb",schemaPath:"#/$defs/space/properties/freeMb/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},message:"must be <= 1000000000"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(data12 < 0 || isNaN(data12)){
const err46 = {instancePath:instancePath+"/disk/freeMb",schemaPath:"#/$defs/space/properties/freeMb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
}
else {
const err47 = {instancePath:instancePath+"/disk",schemaPath:"#/$defs/space/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data.openclaw !== undefined){
let data13 = data.openclaw;
if((typeof data13 !== "string") && (data13 !== null)){
const err48 = {instancePath:instancePath+"/openclaw",schemaPath:"#/properties/openclaw/type",keyword:"type",params:{type: schema31.properties.openclaw.type},message:"must be string,null"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(typeof data13 === "string"){
if(!pattern4.test(data13)){
const err49 = {instancePath:instancePath+"/openclaw",schemaPath:"#/properties/openclaw/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$"},message:"must match pattern \""+"^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$"+"\""};
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
if(data.rebootPending !== undefined){
if(typeof data.rebootPending !== "boolean"){
const err50 = {instancePath:instancePath+"/rebootPending",schemaPath:"#/properties/rebootPending/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data.tailnet !== undefined){
if(typeof data.tailnet !== "boolean"){
const err51 = {instancePath:instancePath+"/tailnet",schemaPath:"#/properties/tailnet/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
}
else {
const err52 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
