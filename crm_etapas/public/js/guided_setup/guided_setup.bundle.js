import { GuidedSetup } from "./page.js";

frappe.provide("crm_etapas");
crm_etapas.GuidedSetup = GuidedSetup;
