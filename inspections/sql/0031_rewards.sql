-- Points that were given stay given (P18).
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON inspections_reward
    FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
