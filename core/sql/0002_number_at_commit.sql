-- The trail is append-only, numbered and chained at commit.
--
-- An act only inserts. The first insert of a transaction leaves a mark; at commit the mark's deferred
-- trigger removes it, and the deferred trigger of that removal, which therefore stands in the queue
-- after every deferred foreign key check of the transaction, takes one advisory lock and gives the
-- rows of the transaction their numbers. Nothing waits for a row lock while it holds that lock, so
-- numbering cannot deadlock, and numbers become visible in their own order: a reader of
-- "seq > last" never misses a row.
--
-- hash = HMAC-SHA256(key, previous hash | seq | id | canonical); before the first entry stands the
-- chain's id. The key is the session's setting lamplighter.audit_key; it is stored nowhere in here.

-- ── The chain's identity ─────────────────────────────────────────────────────────────────────────

CREATE FUNCTION core_audit_key() RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    key text := current_setting('lamplighter.audit_key', true);
BEGIN
    IF coalesce(key, '') = '' THEN
        RAISE EXCEPTION 'this session has no audit key, so it cannot write to the audit trail'
            USING ERRCODE = 'insufficient_privilege',
            HINT = 'connect with the settings of Lamplighter, which set lamplighter.audit_key';
    END IF;
    RETURN key;
END $$;

INSERT INTO core_audit_chain (id, founded_at, signature)
SELECT chain, now(), encode(hmac('chain|' || chain, core_audit_key(), 'sha256'), 'hex')
FROM gen_random_uuid() AS chain;

-- ── What an entry says, and that it was inserted by a session with the key ───────────────────────

CREATE FUNCTION core_canonical(entry core_audit_entry) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object(
        'act', entry.act,
        'actor', entry.actor_id,
        'at', to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
        'details', entry.details,
        'reason', entry.reason,
        'subject', jsonb_build_array(entry.subject_type, entry.subject_id)
    )::text
$$;

-- Stands in `hash` until the entry is numbered. A row slipped in with triggers off has no valid seal,
-- is therefore never adopted into the chain, and is found by verify_audit as unnumbered.
CREATE FUNCTION core_seal(id bigint, canonical text, key text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT encode(hmac('seal|' || pg_current_xact_id() || '|' || id || '|' || canonical, key, 'sha256'), 'hex')
$$;

CREATE FUNCTION core_entry_arrives() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key text := core_audit_key();
BEGIN
    PERFORM FROM core_audit_chain AS chain
    WHERE chain.signature = encode(hmac('chain|' || chain.id, key, 'sha256'), 'hex');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the audit key of this session is not the key this chain was founded with'
            USING ERRCODE = 'insufficient_privilege',
            HINT = 'set LAMPLIGHTER_AUDIT_KEY (or restore secrets.json) to the key of this database';
    END IF;
    NEW.seq := NULL;
    NEW.canonical := core_canonical(NEW);
    NEW.hash := core_seal(NEW.id, NEW.canonical, key);
    RETURN NEW;
END $$;

CREATE TRIGGER entry_arrives BEFORE INSERT ON core_audit_entry
    FOR EACH ROW EXECUTE FUNCTION core_entry_arrives();

CREATE FUNCTION core_event_arrives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.seq := NULL;
    RETURN NEW;
END $$;

CREATE TRIGGER event_arrives BEFORE INSERT ON core_outbox_event
    FOR EACH ROW EXECUTE FUNCTION core_event_arrives();

-- ── The mark of a transaction that has rows to number ────────────────────────────────────────────

CREATE UNLOGGED TABLE core_commit_mark (
    transaction xid8 NOT NULL,
    numbers text NOT NULL CHECK (numbers IN ('entries', 'events')),
    first_id bigint NOT NULL,
    PRIMARY KEY (transaction, numbers)
);

CREATE FUNCTION core_leave_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO core_commit_mark (transaction, numbers, first_id)
    SELECT pg_current_xact_id(), TG_ARGV[0], min(id) FROM arrived HAVING min(id) IS NOT NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER leave_mark AFTER INSERT ON core_audit_entry
    REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION core_leave_mark('entries');

CREATE TRIGGER leave_mark AFTER INSERT ON core_outbox_event
    REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION core_leave_mark('events');

CREATE FUNCTION core_remove_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM core_commit_mark WHERE transaction = NEW.transaction AND numbers = NEW.numbers;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER remove_mark AFTER INSERT ON core_commit_mark
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_remove_mark();

-- ── Numbering ────────────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION core_number_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key text := core_audit_key();
    last_seq bigint;
    last_hash text;
    entry record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('lamplighter.numbering', 0));
    SELECT seq, hash INTO last_seq, last_hash FROM core_audit_entry
    WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT 0, id::text INTO last_seq, last_hash FROM core_audit_chain;
    END IF;
    FOR entry IN
        SELECT id, canonical FROM core_audit_entry
        WHERE id >= OLD.first_id AND seq IS NULL AND hash = core_seal(id, canonical, key)
        ORDER BY id
    LOOP
        last_seq := last_seq + 1;
        last_hash := encode(
            hmac(last_hash || '|' || last_seq || '|' || entry.id || '|' || entry.canonical, key, 'sha256'),
            'hex'
        );
        UPDATE core_audit_entry SET seq = last_seq, hash = last_hash WHERE id = entry.id;
    END LOOP;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER number_entries AFTER DELETE ON core_commit_mark
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.numbers = 'entries')
    EXECUTE FUNCTION core_number_entries();

CREATE FUNCTION core_number_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_seq bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('lamplighter.numbering', 0));
    SELECT coalesce(max(seq), 0) INTO last_seq FROM core_outbox_event;
    UPDATE core_outbox_event AS event SET seq = last_seq + place.number
    FROM (
        SELECT id, row_number() OVER (ORDER BY id) AS number
        FROM core_outbox_event WHERE id >= OLD.first_id AND seq IS NULL
    ) AS place
    WHERE event.id = place.id;
    SELECT max(seq) INTO last_seq FROM core_outbox_event;
    PERFORM pg_notify('lamplighter_outbox', last_seq::text);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER number_events AFTER DELETE ON core_commit_mark
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.numbers = 'events')
    EXECUTE FUNCTION core_number_events();

-- ── Append-only ──────────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
        HINT = 'record what changed as a new act';
END $$;

-- The numbering, and nothing else, fills seq (and hash) once: it runs inside a trigger, this one
-- inside its update.
CREATE FUNCTION core_numbered_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 AND OLD.seq IS NULL AND NEW.seq IS NOT NULL
        AND to_jsonb(OLD) - 'seq' - 'hash' = to_jsonb(NEW) - 'seq' - 'hash'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'UPDATE on % is refused: its rows are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
        HINT = 'record what changed as a new act';
END $$;

CREATE TRIGGER numbered_once BEFORE UPDATE ON core_audit_entry
    FOR EACH ROW EXECUTE FUNCTION core_numbered_once();
CREATE TRIGGER numbered_once BEFORE UPDATE ON core_outbox_event
    FOR EACH ROW EXECUTE FUNCTION core_numbered_once();

CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON core_audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON core_outbox_event
    FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
CREATE TRIGGER append_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON core_audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON core_audit_manifest
    FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
