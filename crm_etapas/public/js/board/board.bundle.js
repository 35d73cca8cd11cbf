import { Board } from "./page.js";

frappe.provide("crm_etapas");
crm_etapas.Board = Board;
