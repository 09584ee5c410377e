// Generated from the JSON Schema of its name by `npm run generate`. Do not edit.
"use strict";
module.exports = validate20;
module.exports.default = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://aura.dev/schemas/catalog.schema.json","title":"CatalogDocument","description":"What is sold: plans with their Stripe ids and server types, regions with their locations, the image.","type":"object","additionalProperties":false,"required":["apiVersion","kind","plans","regions","defaultRegion","image"],"properties":{"apiVersion":{"const":"aura.dev/v1"},"kind":{"const":"Catalog"},"plans":{"type":"object","minProperties":1,"maxProperties":100,"propertyNames":{"$ref":"#/$defs/name"},"additionalProperties":{"type":"object","additionalProperties":false,"required":["stripe","serverTypes","monthlyCeiling"],"properties":{"title":{"type":"string","minLength":1,"maxLength":80},"stripe":{"type":"object","additionalProperties":false,"minProperties":1,"description":"An item of a subscription belongs to the plan if any of these names it.","properties":{"products":{"$ref":"#/$defs/ids"},"prices":{"$ref":"#/$defs/ids"},"lookupKeys":{"$ref":"#/$defs/ids"}}},"serverTypes":{"type":"object","description":"region to Hetzner server type","minProperties":1,"propertyNames":{"$ref":"#/$defs/name"},"additionalProperties":{"type":"string","pattern":"^[a-z][a-z0-9-]{1,30}$"}},"price":{"type":"object","additionalProperties":false,"required":["monthly","currency"],"description":"What a customer pays a month, for the product's site. Stripe alone decides what is charged.","properties":{"monthly":{"type":"number","exclusiveMinimum":0},"currency":{"type":"string","pattern":"^[A-Z]{3}$"}}},"monthlyCeiling":{"type":"number","exclusiveMinimum":0,"description":"The maximum net monthly cost of one VM of this plan, in the policy's limits.currency; more expensive creates are deferred."}}}},"regions":{"type":"object","minProperties":1,"maxProperties":50,"propertyNames":{"$ref":"#/$defs/name"},"additionalProperties":{"type":"object","additionalProperties":false,"required":["locations"],"properties":{"title":{"type":"string","minLength":1,"maxLength":80},"locations":{"type":"array","description":"in order of preference","minItems":1,"maxItems":10,"uniqueItems":true,"items":{"type":"string","pattern":"^[a-z]{3}[0-9]{0,2}$"}}}}},"defaultRegion":{"$ref":"#/$defs/name"},"image":{"type":"string","pattern":"^([a-z][a-z0-9.-]{1,60}|[0-9]{1,20})$"}},"$defs":{"name":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,39}$"},"ids":{"type":"array","uniqueItems":true,"maxItems":50,"description":"Stripe's id, or one that the merchant chose, such as a lookup key.","items":{"type":"string","pattern":"^[^\\p{C}]{1,255}$"}}}};
const schema32 = {"type":"string","pattern":"^[a-z][a-z0-9-]{0,39}$"};
const schema33 = {"type":"array","uniqueItems":true,"maxItems":50,"description":"Stripe's id, or one that the merchant chose, such as a lookup key.","items":{"type":"string","pattern":"^[^\\p{C}]{1,255}$"}};
const pattern4 = new RegExp("^[a-z][a-z0-9-]{0,39}$", "u");
const pattern5 = new RegExp("^[^\\p{C}]{1,255}$", "u");
const pattern9 = new RegExp("^[a-z][a-z0-9-]{1,30}$", "u");
const pattern10 = new RegExp("^[A-Z]{3}$", "u");
const pattern12 = new RegExp("^[a-z]{3}[0-9]{0,2}$", "u");
const pattern14 = new RegExp("^([a-z][a-z0-9.-]{1,60}|[0-9]{1,20})$", "u");
const func1 = require("ajv/dist/runtime/ucs2length").default;

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://aura.dev/schemas/catalog.schema.json" */;
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
if(data.plans === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "plans"},message:"must have required property '"+"plans"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.regions === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "regions"},message:"must have required property '"+"regions"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.defaultRegion === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "defaultRegion"},message:"must have required property '"+"defaultRegion"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.image === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key0 in data){
if(!((((((key0 === "apiVersion") || (key0 === "kind")) || (key0 === "plans")) || (key0 === "regions")) || (key0 === "defaultRegion")) || (key0 === "image"))){
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
if(data.apiVersion !== undefined){
if("aura.dev/v1" !== data.apiVersion){
const err7 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/const",keyword:"const",params:{allowedValue: "aura.dev/v1"},message:"must be equal to constant"};
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
if("Catalog" !== data.kind){
const err8 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "Catalog"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.plans !== undefined){
let data2 = data.plans;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(Object.keys(data2).length > 100){
const err9 = {instancePath:instancePath+"/plans",schemaPath:"#/properties/plans/maxProperties",keyword:"maxProperties",params:{limit: 100},message:"must NOT have more than 100 properties"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(Object.keys(data2).length < 1){
const err10 = {instancePath:instancePath+"/plans",schemaPath:"#/properties/plans/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key1 in data2){
const _errs6 = errors;
if(typeof key1 === "string"){
if(!pattern4.test(key1)){
const err11 = {instancePath:instancePath+"/plans",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,39}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,39}$"+"\"",propertyName:key1};
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
const err12 = {instancePath:instancePath+"/plans",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string",propertyName:key1};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
var valid1 = _errs6 === errors;
if(!valid1){
const err13 = {instancePath:instancePath+"/plans",schemaPath:"#/properties/plans/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
for(const key2 in data2){
let data3 = data2[key2];
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.stripe === undefined){
const err14 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plans/additionalProperties/required",keyword:"required",params:{missingProperty: "stripe"},message:"must have required property '"+"stripe"+"'"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data3.serverTypes === undefined){
const err15 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plans/additionalProperties/required",keyword:"required",params:{missingProperty: "serverTypes"},message:"must have required property '"+"serverTypes"+"'"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data3.monthlyCeiling === undefined){
const err16 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plans/additionalProperties/required",keyword:"required",params:{missingProperty: "monthlyCeiling"},message:"must have required property '"+"monthlyCeiling"+"'"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
for(const key3 in data3){
if(!(((((key3 === "title") || (key3 === "stripe")) || (key3 === "serverTypes")) || (key3 === "price")) || (key3 === "monthlyCeiling"))){
const err17 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plans/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data3.title !== undefined){
let data4 = data3.title;
if(typeof data4 === "string"){
if(func1(data4) > 80){
const err18 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/title",schemaPath:"#/properties/plans/additionalProperties/properties/title/maxLength",keyword:"maxLength",params:{limit: 80},message:"must NOT have more than 80 characters"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(func1(data4) < 1){
const err19 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/title",schemaPath:"#/properties/plans/additionalProperties/properties/title/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err20 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/title",schemaPath:"#/properties/plans/additionalProperties/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data3.stripe !== undefined){
let data5 = data3.stripe;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(Object.keys(data5).length < 1){
const err21 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe",schemaPath:"#/properties/plans/additionalProperties/properties/stripe/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
for(const key4 in data5){
if(!(((key4 === "products") || (key4 === "prices")) || (key4 === "lookupKeys"))){
const err22 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe",schemaPath:"#/properties/plans/additionalProperties/properties/stripe/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data5.products !== undefined){
let data6 = data5.products;
if(Array.isArray(data6)){
if(data6.length > 50){
const err23 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/products",schemaPath:"#/$defs/ids/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
let data7 = data6[i0];
if(typeof data7 === "string"){
if(!pattern5.test(data7)){
const err24 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/products/" + i0,schemaPath:"#/$defs/ids/items/pattern",keyword:"pattern",params:{pattern: "^[^\\p{C}]{1,255}$"},message:"must match pattern \""+"^[^\\p{C}]{1,255}$"+"\""};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/products/" + i0,schemaPath:"#/$defs/ids/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
let i1 = data6.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data6[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err26 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/products",schemaPath:"#/$defs/ids/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err27 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/products",schemaPath:"#/$defs/ids/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data5.prices !== undefined){
let data8 = data5.prices;
if(Array.isArray(data8)){
if(data8.length > 50){
const err28 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/prices",schemaPath:"#/$defs/ids/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
const len1 = data8.length;
for(let i2=0; i2<len1; i2++){
let data9 = data8[i2];
if(typeof data9 === "string"){
if(!pattern5.test(data9)){
const err29 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/prices/" + i2,schemaPath:"#/$defs/ids/items/pattern",keyword:"pattern",params:{pattern: "^[^\\p{C}]{1,255}$"},message:"must match pattern \""+"^[^\\p{C}]{1,255}$"+"\""};
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
const err30 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/prices/" + i2,schemaPath:"#/$defs/ids/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
let i3 = data8.length;
let j1;
if(i3 > 1){
const indices1 = {};
for(;i3--;){
let item1 = data8[i3];
if(typeof item1 !== "string"){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
const err31 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/prices",schemaPath:"#/$defs/ids/uniqueItems",keyword:"uniqueItems",params:{i: i3, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i3+" are identical)"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
break;
}
indices1[item1] = i3;
}
}
}
else {
const err32 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/prices",schemaPath:"#/$defs/ids/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data5.lookupKeys !== undefined){
let data10 = data5.lookupKeys;
if(Array.isArray(data10)){
if(data10.length > 50){
const err33 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/lookupKeys",schemaPath:"#/$defs/ids/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
const len2 = data10.length;
for(let i4=0; i4<len2; i4++){
let data11 = data10[i4];
if(typeof data11 === "string"){
if(!pattern5.test(data11)){
const err34 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/lookupKeys/" + i4,schemaPath:"#/$defs/ids/items/pattern",keyword:"pattern",params:{pattern: "^[^\\p{C}]{1,255}$"},message:"must match pattern \""+"^[^\\p{C}]{1,255}$"+"\""};
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
const err35 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/lookupKeys/" + i4,schemaPath:"#/$defs/ids/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
let i5 = data10.length;
let j2;
if(i5 > 1){
const indices2 = {};
for(;i5--;){
let item2 = data10[i5];
if(typeof item2 !== "string"){
continue;
}
if(typeof indices2[item2] == "number"){
j2 = indices2[item2];
const err36 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/lookupKeys",schemaPath:"#/$defs/ids/uniqueItems",keyword:"uniqueItems",params:{i: i5, j: j2},message:"must NOT have duplicate items (items ## "+j2+" and "+i5+" are identical)"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
break;
}
indices2[item2] = i5;
}
}
}
else {
const err37 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe/lookupKeys",schemaPath:"#/$defs/ids/type",keyword:"type",params:{type: "array"},message:"must be array"};
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
const err38 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/stripe",schemaPath:"#/properties/plans/additionalProperties/properties/stripe/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data3.serverTypes !== undefined){
let data12 = data3.serverTypes;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(Object.keys(data12).length < 1){
const err39 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/serverTypes",schemaPath:"#/properties/plans/additionalProperties/properties/serverTypes/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
for(const key5 in data12){
const _errs35 = errors;
if(typeof key5 === "string"){
if(!pattern4.test(key5)){
const err40 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/serverTypes",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,39}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,39}$"+"\"",propertyName:key5};
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
const err41 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/serverTypes",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string",propertyName:key5};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
var valid18 = _errs35 === errors;
if(!valid18){
const err42 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/serverTypes",schemaPath:"#/properties/plans/additionalProperties/properties/serverTypes/propertyNames",keyword:"propertyNames",params:{propertyName: key5},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
for(const key6 in data12){
let data13 = data12[key6];
if(typeof data13 === "string"){
if(!pattern9.test(data13)){
const err43 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/serverTypes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plans/additionalProperties/properties/serverTypes/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{1,30}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{1,30}$"+"\""};
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
const err44 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/serverTypes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plans/additionalProperties/properties/serverTypes/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err45 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/serverTypes",schemaPath:"#/properties/plans/additionalProperties/properties/serverTypes/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data3.price !== undefined){
let data14 = data3.price;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
if(data14.monthly === undefined){
const err46 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/price",schemaPath:"#/properties/plans/additionalProperties/properties/price/required",keyword:"required",params:{missingProperty: "monthly"},message:"must have required property '"+"monthly"+"'"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(data14.currency === undefined){
const err47 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/price",schemaPath:"#/properties/plans/additionalProperties/properties/price/required",keyword:"required",params:{missingProperty: "currency"},message:"must have required property '"+"currency"+"'"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
for(const key7 in data14){
if(!((key7 === "monthly") || (key7 === "currency"))){
const err48 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/price",schemaPath:"#/properties/plans/additionalProperties/properties/price/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data14.monthly !== undefined){
let data15 = data14.monthly;
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 <= 0 || isNaN(data15)){
const err49 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/price/monthly",schemaPath:"#/properties/plans/additionalProperties/properties/price/properties/monthly/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"};
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
const err50 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/price/monthly",schemaPath:"#/properties/plans/additionalProperties/properties/price/properties/monthly/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data14.currency !== undefined){
let data16 = data14.currency;
if(typeof data16 === "string"){
if(!pattern10.test(data16)){
const err51 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/price/currency",schemaPath:"#/properties/plans/additionalProperties/properties/price/properties/currency/pattern",keyword:"pattern",params:{pattern: "^[A-Z]{3}$"},message:"must match pattern \""+"^[A-Z]{3}$"+"\""};
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
const err52 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/price/currency",schemaPath:"#/properties/plans/additionalProperties/properties/price/properties/currency/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
else {
const err53 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/price",schemaPath:"#/properties/plans/additionalProperties/properties/price/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data3.monthlyCeiling !== undefined){
let data17 = data3.monthlyCeiling;
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 <= 0 || isNaN(data17)){
const err54 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthlyCeiling",schemaPath:"#/properties/plans/additionalProperties/properties/monthlyCeiling/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
else {
const err55 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/monthlyCeiling",schemaPath:"#/properties/plans/additionalProperties/properties/monthlyCeiling/type",keyword:"type",params:{type: "number"},message:"must be number"};
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
const err56 = {instancePath:instancePath+"/plans/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plans/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err57 = {instancePath:instancePath+"/plans",schemaPath:"#/properties/plans/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data.regions !== undefined){
let data18 = data.regions;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
if(Object.keys(data18).length > 50){
const err58 = {instancePath:instancePath+"/regions",schemaPath:"#/properties/regions/maxProperties",keyword:"maxProperties",params:{limit: 50},message:"must NOT have more than 50 properties"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if(Object.keys(data18).length < 1){
const err59 = {instancePath:instancePath+"/regions",schemaPath:"#/properties/regions/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
for(const key8 in data18){
const _errs52 = errors;
if(typeof key8 === "string"){
if(!pattern4.test(key8)){
const err60 = {instancePath:instancePath+"/regions",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,39}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,39}$"+"\"",propertyName:key8};
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
const err61 = {instancePath:instancePath+"/regions",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string",propertyName:key8};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
var valid22 = _errs52 === errors;
if(!valid22){
const err62 = {instancePath:instancePath+"/regions",schemaPath:"#/properties/regions/propertyNames",keyword:"propertyNames",params:{propertyName: key8},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
for(const key9 in data18){
let data19 = data18[key9];
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if(data19.locations === undefined){
const err63 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/regions/additionalProperties/required",keyword:"required",params:{missingProperty: "locations"},message:"must have required property '"+"locations"+"'"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
for(const key10 in data19){
if(!((key10 === "title") || (key10 === "locations"))){
const err64 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/regions/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data19.title !== undefined){
let data20 = data19.title;
if(typeof data20 === "string"){
if(func1(data20) > 80){
const err65 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/title",schemaPath:"#/properties/regions/additionalProperties/properties/title/maxLength",keyword:"maxLength",params:{limit: 80},message:"must NOT have more than 80 characters"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if(func1(data20) < 1){
const err66 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/title",schemaPath:"#/properties/regions/additionalProperties/properties/title/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
else {
const err67 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/title",schemaPath:"#/properties/regions/additionalProperties/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
if(data19.locations !== undefined){
let data21 = data19.locations;
if(Array.isArray(data21)){
if(data21.length > 10){
const err68 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/locations",schemaPath:"#/properties/regions/additionalProperties/properties/locations/maxItems",keyword:"maxItems",params:{limit: 10},message:"must NOT have more than 10 items"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
if(data21.length < 1){
const err69 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/locations",schemaPath:"#/properties/regions/additionalProperties/properties/locations/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
const len3 = data21.length;
for(let i6=0; i6<len3; i6++){
let data22 = data21[i6];
if(typeof data22 === "string"){
if(!pattern12.test(data22)){
const err70 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/locations/" + i6,schemaPath:"#/properties/regions/additionalProperties/properties/locations/items/pattern",keyword:"pattern",params:{pattern: "^[a-z]{3}[0-9]{0,2}$"},message:"must match pattern \""+"^[a-z]{3}[0-9]{0,2}$"+"\""};
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
const err71 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/locations/" + i6,schemaPath:"#/properties/regions/additionalProperties/properties/locations/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
let i7 = data21.length;
let j3;
if(i7 > 1){
const indices3 = {};
for(;i7--;){
let item3 = data21[i7];
if(typeof item3 !== "string"){
continue;
}
if(typeof indices3[item3] == "number"){
j3 = indices3[item3];
const err72 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/locations",schemaPath:"#/properties/regions/additionalProperties/properties/locations/uniqueItems",keyword:"uniqueItems",params:{i: i7, j: j3},message:"must NOT have duplicate items (items ## "+j3+" and "+i7+" are identical)"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
break;
}
indices3[item3] = i7;
}
}
}
else {
const err73 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/locations",schemaPath:"#/properties/regions/additionalProperties/properties/locations/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
else {
const err74 = {instancePath:instancePath+"/regions/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/regions/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
else {
const err75 = {instancePath:instancePath+"/regions",schemaPath:"#/properties/regions/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data.defaultRegion !== undefined){
let data23 = data.defaultRegion;
if(typeof data23 === "string"){
if(!pattern4.test(data23)){
const err76 = {instancePath:instancePath+"/defaultRegion",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,39}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,39}$"+"\""};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/defaultRegion",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
if(data.image !== undefined){
let data24 = data.image;
if(typeof data24 === "string"){
if(!pattern14.test(data24)){
const err78 = {instancePath:instancePath+"/image",schemaPath:"#/properties/image/pattern",keyword:"pattern",params:{pattern: "^([a-z][a-z0-9.-]{1,60}|[0-9]{1,20})$"},message:"must match pattern \""+"^([a-z][a-z0-9.-]{1,60}|[0-9]{1,20})$"+"\""};
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
const err79 = {instancePath:instancePath+"/image",schemaPath:"#/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
}
else {
const err80 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
