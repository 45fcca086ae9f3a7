-- Who was asked first and who took a case first is written once (P10).
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON inspections_person_of_record
    FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
