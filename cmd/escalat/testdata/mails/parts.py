"""Tells what Python's own parser reads in mails, a line of JSON for each file."""

import email
import email.policy
import hashlib
import json
import sys


def told(fault):
    return type(fault).__name__ + ": " + str(fault)


def part(p):
    content = p.get_payload(decode=True)
    return {
        "Type": p.get_content_type(),
        "Name": p.get_filename() or "",
        "Size": len(content),
        "Digest": hashlib.sha256(content).hexdigest(),
    }


def old_name(p):
    """The name as those see it who know nothing of RFC 2231."""
    return p["content-type"].params.get("name", "")


# Encoded words stand in quotes in the name of Content-Type, on purpose.
QUOTED = ("encoded word inside quoted string", "missing trailing whitespace after encoded-word")


def faults(p):
    found = [told(d) for d in p.defects]
    for name, value in p.items():
        for d in value.defects:
            if name.lower() != "content-type" or str(d) not in QUOTED:
                found.append(name + ": " + told(d))
    return found


for path in sys.argv[1:]:
    with open(path, "rb") as f:
        m = email.message_from_bytes(f.read(), policy=email.policy.default)
    leaves = [p for p in m.walk() if not p.is_multipart()]
    print(json.dumps({
        "Subject": str(m["subject"]),
        "From": [[a.display_name, a.addr_spec] for a in m["from"].addresses],
        "To": [a.addr_spec for a in m["to"].addresses],
        "MessageID": m["message-id"],
        "Date": m["date"].datetime.isoformat(),
        "Shape": [p.get_content_type() for p in m.walk() if p.is_multipart()],
        "Parts": [part(p) for p in leaves],
        "Old": [old_name(p) for p in leaves],
        "Faults": [d for p in m.walk() for d in faults(p)],
        "Between": [t for p in m.walk() if p.is_multipart() for t in (p.preamble, p.epilogue) if t],
    }))
