package sim

import (
	"fmt"
	"net/http"
	"slices"
)

// enum is a type of the API whose values it lists.
type enum struct {
	parameter string // of POST /support/tickets/create
	name      string // in the API's description
	values    []string
}

// enums are those of OVHcloud's own description.
func enums() []enum {
	weight := []string{"high", "low", "medium"}
	return []enum{
		{"type", "TicketTypeEnum", []string{"criticalIntervention", "genericRequest"}},
		{"category", "TicketCategoryEnum", []string{"assistance", "billing", "incident"}},
		{"subcategory", "TicketSubCategoryEnum", []string{"alerts", "autorenew", "bill", "down", "inProgress", "new", "other", "perfs", "start", "usage"}},
		{"product", "TicketProductEnum", []string{
			"adsl", "cdn", "dedicated", "dedicated-billing", "dedicated-other", "dedicatedcloud", "domain", "exchange", "fax", "hosting", "housing",
			"iaas", "mail", "network", "publiccloud", "sms", "ssl", "storage", "telecom-billing", "telecom-other", "vac", "voip", "vps", "web-billing", "web-other",
		}},
		{"impact", "TicketImpactEnum", weight},
		{"urgency", "TicketUrgencyEnum", weight},
		{"status", "TicketStatusEnum", []string{"closed", "open", "unknown"}},
		{"from", "MessageSenderEnum", []string{fromCustomer, fromSupport}},
		{"score", "TicketScoreEnum", []string{"1", "2", "3", "4", "5"}},
	}
}

// enumOf returns the values of the enum of that parameter.
func enumOf(parameter string) []string {
	all := enums()
	i := slices.IndexFunc(all, func(e enum) bool { return e.parameter == parameter })
	return all[i].values
}

// schema describes the API, as OVHcloud does for each of its parts.
func (o *OVH) schema(w http.ResponseWriter, r *http.Request) {
	models := map[string]any{}
	for _, e := range enums() {
		models["support."+e.name] = map[string]any{
			"id": e.name, "namespace": "support", "description": "Support " + e.parameter, "enum": e.values, "enumType": "string",
		}
	}
	models["support.NewMessageInfo"] = map[string]any{
		"id": "NewMessageInfo", "namespace": "support", "description": "Newly created support identifiers",
		"properties": map[string]any{
			"messageId":    property("long", "Message identifier"),
			"ticketId":     property("long", "Ticket identifier"),
			"ticketNumber": property("long", "Ticket number"),
		},
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"apiVersion": "1.0", "resourcePath": "/support", "basePath": "http://" + r.Host + "/1.0", "models": models,
		"apis": []any{
			api("/support/tickets", "List support tickets identifiers for this service", operation("GET", "long[]",
				parameters("query", "archived boolean", "category", "maxCreationDate datetime", "minCreationDate datetime", "product", "serviceName string", "status", "subject string", "ticketNumber string"))),
			api("/support/tickets/create", "Create a new ticket", operation("POST", "support.NewMessageInfo",
				parameters("body", "body string", "category", "impact", "product", "serviceName string", "subcategory", "subject string", "type", "urgency"))),
			api("/support/tickets/{ticketId}", "Get ticket", operation("GET", "support.Ticket", nil)),
			api("/support/tickets/{ticketId}/messages", "Get ticket messages", operation("GET", "support.Message[]", nil)),
			api("/support/tickets/{ticketId}/reply", "Reply to ticket", operation("POST", "void", parameters("body", "body string"))),
			api("/support/tickets/{ticketId}/close", "Close ticket", operation("POST", "void", nil)),
			api("/support/tickets/{ticketId}/reopen", "Reopen a ticket", operation("POST", "void", parameters("body", "body string"))),
			api("/support/tickets/{ticketId}/canBeScored", "Checks whether ticket can be scored", operation("GET", "boolean", nil)),
			api("/support/tickets/{ticketId}/score", "Set ticket score", operation("POST", "void", parameters("body", "score", "scoreComment string"))),
		},
	})
}

func property(kind, description string) map[string]any {
	return map[string]any{"type": kind, "fullType": kind, "description": description, "canBeNull": false, "readOnly": true, "required": false}
}

func api(path, description string, operations ...any) map[string]any {
	return map[string]any{"path": path, "description": description, "operations": operations}
}

func operation(method, answers string, parameters []any) map[string]any {
	return map[string]any{
		"httpMethod": method, "noAuthentication": false, "responseType": answers, "parameters": append([]any{}, parameters...),
		"apiStatus": map[string]any{"value": "PRODUCTION", "description": "Stable production version"},
	}
}

// parameters describe each by its name and type; one that is an enum needs no type.
func parameters(in string, list ...string) []any {
	var out []any
	for _, p := range list {
		var name, kind string
		if n, _ := fmt.Sscan(p, &name, &kind); n < 2 {
			all := enums()
			kind = "support." + all[slices.IndexFunc(all, func(e enum) bool { return e.parameter == name })].name
		}
		out = append(out, map[string]any{
			"name": name, "dataType": kind, "fullType": kind, "paramType": in, "description": name,
			"required": in == "body" && (name == "body" || name == "subject" || name == "score"),
		})
	}
	return out
}
