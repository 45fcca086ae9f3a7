-- What stands when history begins has been known since always: version 0 is before the first.
INSERT INTO grid_organization_record (organization_id, name, kind, parent_id, successor_id,
    successor_from, area_code, contact, valid_during, recorded_during)
SELECT o.id, o.name, o.kind, o.parent_id, o.successor_id, o.successor_from, o.area_code,
       o.phone <> '' OR EXISTS (
           SELECT FROM grid_membership m JOIN core_user u ON u.id = m.user_id
           WHERE m.organization_id = o.id AND m.role = 'handler' AND u.is_active),
       tstzrange(NULL, NULL), int8range(0, NULL)
FROM grid_organization o;

INSERT INTO grid_category_record (category_id, name, parent_id, valid_during, recorded_during)
SELECT c.id, c.name, c.parent_id, tstzrange(NULL, NULL), int8range(0, NULL)
FROM grid_category c;
