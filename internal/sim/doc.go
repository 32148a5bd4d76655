// Package sim plays the outside of escalat over real sockets: a Jira of either
// flavour, a mail system (SMTP and IMAP), a provider's service desk, and OVHcloud's
// API of support tickets with the people behind it. The demo, the stories and the
// kill harness run against it.
//
// It promises to refuse what the real counterpart is known to refuse, to keep
// all state in memory for as long as it lives (the program under test may come
// and go), and to record what is written to it, so that effects can be counted
// from the outside. It shares no code with the adapters that talk to it. It
// never waits by itself: delays exist only where a fault asks for them.
//
// # Faults
//
// [Jira.Fail], [Mail.Fail] and [OVH.Fail] arm a [Fault]. Armed faults are tried in the
// order in which they were armed; the first that matches and is not used up
// strikes. For Jira the pattern is a path prefix without the context path, in
// which "*" stands for one segment: "/rest/api/2/issue/*/comment". OVHcloud's
// paths begin with "/1.0". For mail the
// method is a stage (see the At constants) and the pattern an address or "".
//
// # A Jira as it is
//
// [JiraConfig] switches on what a real Jira does to a program: a search that
// lags, flickers or repeats its page token, limits of rate and of what hangs on
// an issue, permissions that the account lacks, captchas, odd shapes of
// answers. [Jira] has the acts of people and administrators: issues are moved,
// resolved, linked, restricted, archived and deleted, users renamed, groups and
// roles filled, tokens expire. [Jira.RegisterWebhook] has events delivered by
// goroutines that end with Close; [Jira.Delivered] tells when all are.
//
// # Control API
//
// The same acts are open to other processes as JSON over HTTP, without
// authentication, because everything listens on loopback. Jira serves its part
// on its own listener; [World] serves all of it on one control listener.
//
//	GET    /sim/issues                        all issues, complete
//	POST   /sim/issues                        {user, project, summary, description, labels} → {id, key}
//	GET    /sim/issues/{key}                  one issue, complete; {key}.txt for people
//	PATCH  /sim/issues/{key}                  {user, fields: {summary, description, assignee, status, resolution, project, customfield_…}}
//	POST   /sim/issues/{key}/labels           {user, add: [], remove: []}
//	GET    /sim/issues/{key}/comments         its comments
//	POST   /sim/issues/{key}/comments         {user, body, visibility: {type, value}, internal} → {id}
//	PUT    /sim/issues/{key}/comments/{id}    {user, body}
//	DELETE /sim/issues/{key}/comments/{id}    {user}
//	GET    /sim/issues/{key}/attachments      its attachments, with SHA-256
//	POST   /sim/issues/{key}/attachments      {user, name, type, content (base64)}, or a form: curl -F user=… -F file=@… → {id}
//	GET    /sim/attachments/{id}              the bytes of an attachment
//	DELETE /sim/issues/{key}                  deletes the issue
//	POST   /sim/issues/{key}/archive          {user}; and restore
//	POST   /sim/issues/{key}/restrict         {hidden}: a security level hides it from the account, or no longer
//	POST   /sim/issues/{key}/move             {user, project}
//	POST   /sim/issues/{key}/resolve          {user, resolution}
//	POST   /sim/issues/{key}/reopen           {user}
//	POST   /sim/issues/{key}/links            {user, type: "Duplicate", to: key}: this issue duplicates that one; DELETE takes it away
//	POST   /sim/issues/{key}/odd              {odd}: it is told in odd shapes, or no longer
//	PUT    /sim/users/{name}                  {displayName, accountType, email, inactive} → the user
//	POST   /sim/users/{name}/rename           {to}
//	PUT    /sim/groups/{name}                 {users: []}
//	PUT    /sim/projects/{key}/roles/{name}   {users: [], groups: []}
//	PUT    /sim/lacks                         [permission, …] that the account has not
//	POST   /sim/token/expire                  and renew
//	POST   /sim/captcha/answer                after too many refused logins
//	POST   /sim/index/freeze                  the search sees no change any more until advance or thaw
//	POST   /sim/webhooks                      {url, secret, events: []}; DELETE forgets all
//	GET    /sim/webhooks/deliveries           every attempt to deliver, oldest first
//	GET    /sim/requests                      what was asked of the REST API, oldest first
//	GET    /sim/snapshot                      the whole state of Jira
//	POST   /sim/faults                        {method, path, fault}
//	DELETE /sim/faults                        forget every fault of Jira
//
//	GET    /sim/mail/boxes/{address}          what was delivered there, oldest first
//	POST   /sim/mail/boxes/{address}          a raw mail as the body; ?path=border|direct&from=ADDRESS&domain=SIGNED
//	GET    /sim/mail/boxes/{address}/{n}      the n-th delivered mail (from 1) as it was stored
//	GET    /sim/mail/transactions             what SMTP accepted, oldest first
//	POST   /sim/mail/boxes/{address}/uidvalidity   gives INBOX a new UIDVALIDITY and new UIDs
//	POST   /sim/mail/drop                     {protocol: "smtp"|"imap"} closes the open connections
//	POST   /sim/mail/faults                   {method: stage, path: address, fault}
//	DELETE /sim/mail/faults                   forget every fault of mail
//
//	GET    /sim/desks/{name}/letters          what the desk received, read
//	GET    /sim/desks/{name}/letters/{n}      one letter (from 1); {n}.html in a browser, {n}.txt its text, {n}.eml as received
//	GET    /sim/desks/{name}/letters/{n}/files/{i}   the bytes of its i-th file (from 1)
//	POST   /sim/desks/{name}/replies          {messageID or letter: n, text, style, attachments, forged}, or a form with files → {messageID}
//	POST   /sim/desks/{name}/acknowledgements {messageID or letter: n} → {messageID, ticket}
//
//	GET    /sim/ovh/tickets                   all tickets, complete, oldest first
//	POST   /sim/ovh/tickets                   {subject, body, category, …}: a person opens one in the customer area → the ticket
//	GET    /sim/ovh/tickets/{ticket}          one ticket, complete, by its id or its number
//	POST   /sim/ovh/tickets/{ticket}/answer   {text}: somebody of OVH answers
//	POST   /sim/ovh/tickets/{ticket}/write    {text}: a person of the customer writes there
//	POST   /sim/ovh/tickets/{ticket}/pass     {category}: it is handled in another one: incident, assistance, billing
//	POST   /sim/ovh/tickets/{ticket}/close    {text}; and reopen, archive
//	POST   /sim/ovh/credentials/revoke        the consumer key and the token are refused; and renew
//	GET    /sim/ovh/requests                  what was asked of the API, oldest first
//	POST   /sim/ovh/faults                    {method, path, fault}
//	DELETE /sim/ovh/faults                    forget every fault of OVH
//
//	GET    /sim/world                         addresses and credentials ([WorldInfo])
//
// An error answers with its status and {"error": text}.
package sim
