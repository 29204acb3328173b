-- What durable messages cost PostgreSQL at the least: two tables, two indexes, one statement per
-- batch that gives each room's messages their seq. It asks neither who may write nor whether the
-- message came before. bare_write.c runs the last statement with batches of messages.

CREATE TABLE bare_room (id bigint PRIMARY KEY, last_seq bigint NOT NULL) WITH (fillfactor = 40);
CREATE TABLE bare_message (
    room_id bigint NOT NULL,
    seq bigint NOT NULL,
    sender_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    client_key bytea NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (room_id, seq),
    UNIQUE (sender_id, client_key));
INSERT INTO bare_room SELECT n, 0 FROM generate_series(1, 1000) n;

WITH given AS MATERIALIZED (
    SELECT generate_series(1, cardinality($1::bigint[])) AS ord, unnest($1::bigint[]) AS room_id,
           unnest($2::bigint[]) AS sender_id, unnest($3::bytea[]) AS client_key,
           unnest($4::text[]) AS body),
moved AS (
    UPDATE bare_room SET last_seq = last_seq + n.all
    FROM (SELECT room_id, count(*) AS all FROM given GROUP BY room_id ORDER BY room_id) n
    WHERE bare_room.id = n.room_id
    RETURNING bare_room.id, last_seq - n.all AS before_seq)
INSERT INTO bare_message (room_id, seq, sender_id, created_at, client_key, body)
SELECT g.room_id, m.before_seq + row_number() OVER (PARTITION BY g.room_id ORDER BY g.ord),
       g.sender_id, now(), g.client_key, g.body
FROM given g JOIN moved m ON m.id = g.room_id
RETURNING room_id, seq;
