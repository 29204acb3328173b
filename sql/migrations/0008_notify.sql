-- What other processes must learn at once, on the channel `hall`:
--   role_revoked <account_id>      a role ended before its time: close her sockets
--   session_revoked <session_id>   a device was logged out
--   account_changed <account_id>   disabled, renamed, another level, a new role
--   membership_changed <room_id> <account_id>   joined, left, muted
--   places_changed <community_id>  places came, went or were renamed (0: a whole station)
--   revoked <revocation_seq>       the journal grew (revocation_fill in 0004)

CREATE FUNCTION notify_role_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM pg_notify('hall', 'account_changed ' || NEW.account_id);
    ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
        PERFORM pg_notify('hall', 'role_revoked ' || NEW.account_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER notify_role_grant AFTER INSERT OR UPDATE OF revoked_at ON role_grant
    FOR EACH ROW EXECUTE FUNCTION notify_role_grant();

CREATE FUNCTION notify_login_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('hall', 'session_revoked ' || NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER notify_login_session AFTER UPDATE OF revoked_at ON login_session
    FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL)
    EXECUTE FUNCTION notify_login_session();

CREATE FUNCTION notify_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('hall', 'account_changed ' || NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER notify_account
    AFTER UPDATE OF disabled_at, level, display_name, community_id, station_id ON account
    FOR EACH ROW EXECUTE FUNCTION notify_account();

CREATE FUNCTION notify_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('hall', 'membership_changed ' || NEW.room_id || ' ' || NEW.account_id);
    RETURN NULL;
END $$;
CREATE TRIGGER notify_membership_new AFTER INSERT ON membership
    FOR EACH ROW EXECUTE FUNCTION notify_membership();
CREATE TRIGGER notify_membership AFTER UPDATE OF left_at, muted_until ON membership
    FOR EACH ROW
    WHEN ((OLD.left_at, OLD.muted_until) IS DISTINCT FROM (NEW.left_at, NEW.muted_until))
    EXECUTE FUNCTION notify_membership();

CREATE FUNCTION notify_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('hall', 'places_changed ' || coalesce(NEW.community_id, 0));
    RETURN NULL;
END $$;
CREATE TRIGGER notify_place AFTER INSERT OR UPDATE ON place
    FOR EACH ROW EXECUTE FUNCTION notify_place();
CREATE TRIGGER notify_hall AFTER INSERT ON room
    FOR EACH ROW WHEN (NEW.kind = 1) EXECUTE FUNCTION notify_place();
