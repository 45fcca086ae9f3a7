DROP TRIGGER append_only ON core_audit_manifest;
DROP TRIGGER append_only ON core_audit_chain;
DROP TRIGGER append_only ON core_outbox_event;
DROP TRIGGER append_only ON core_audit_entry;
DROP TRIGGER numbered_once ON core_outbox_event;
DROP TRIGGER numbered_once ON core_audit_entry;
DROP FUNCTION core_numbered_once();
DROP FUNCTION core_append_only();

DROP TRIGGER leave_mark ON core_outbox_event;
DROP TRIGGER leave_mark ON core_audit_entry;
DROP TABLE core_commit_mark;
DROP FUNCTION core_number_events();
DROP FUNCTION core_number_entries();
DROP FUNCTION core_remove_mark();
DROP FUNCTION core_leave_mark();

DROP TRIGGER event_arrives ON core_outbox_event;
DROP TRIGGER entry_arrives ON core_audit_entry;
DROP FUNCTION core_event_arrives();
DROP FUNCTION core_entry_arrives();
DROP FUNCTION core_seal(bigint, text, text);
DROP FUNCTION core_canonical(core_audit_entry);
DELETE FROM core_audit_chain;
DROP FUNCTION core_audit_key();
