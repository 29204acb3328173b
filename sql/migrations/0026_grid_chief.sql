-- The head of a grid (grid_chief, 14): what a grid worker is and may, and accepting what is blue.
ALTER TABLE role_grant DROP CONSTRAINT role_grant_role_check;
ALTER TABLE role_grant ADD CONSTRAINT role_grant_role_check CHECK (role BETWEEN 2 AND 14);

CREATE OR REPLACE FUNCTION person_audience(of_id bigint, who bigint) RETURNS smallint LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before text := coalesce(current_setting('hall.system', true), '');
    search person_search;
    seen smallint := 0;
BEGIN
    PERFORM set_config('hall.system', 'on', true);
    SELECT * INTO search FROM person_search WHERE id = of_id;
    IF FOUND THEN
        seen := CASE
            WHEN EXISTS (SELECT FROM person_restricted r
                         WHERE r.person_id = of_id AND r.reporter_id = who) THEN 2
            WHEN EXISTS (SELECT FROM role_grant_current g JOIN place s ON s.id = g.scope_id
                         WHERE g.account_id = who AND g.role IN (7, 8, 9)
                           AND (g.scope_id = search.station_id
                                OR s.community_id = search.community_id)) THEN 4
            WHEN EXISTS (SELECT FROM person_member m
                         JOIN role_grant_current g ON g.account_id = m.account_id
                                                  AND (g.role BETWEEN 2 AND 9 OR g.role = 14)
                         JOIN place s ON s.id = g.scope_id
                         WHERE m.person_id = of_id AND m.account_id = who
                           AND s.station_id = search.station_id
                           AND (search.ring > 1 OR s.kind = 1
                                OR s.community_id = search.community_id)) THEN 3
            WHEN EXISTS (SELECT FROM person_hall h
                         JOIN membership m ON m.room_id = h.room_id AND m.account_id = who
                                          AND m.left_at IS NULL
                         WHERE h.person_id = of_id) THEN 1
            ELSE 0 END;
    END IF;
    PERFORM set_config('hall.system', before, true);
    RETURN seen;
END $$;
