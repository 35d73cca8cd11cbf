import { MyDay } from "./page.js";

frappe.provide("crm_etapas");
crm_etapas.MyDay = MyDay;
