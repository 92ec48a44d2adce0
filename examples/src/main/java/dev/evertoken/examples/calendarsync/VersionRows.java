package dev.evertoken.examples.calendarsync;

import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.mirror.MirrorVersion;
import dev.evertoken.mirror.receiver.ReceivedVersion;
import dev.evertoken.mirror.receiver.ReceivedVersions;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.outbox.OutboxException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Remembers the accepted versions in a table of the agent's database, because the disk of a container is lost with it.
 * Thread-safe.
 */
record VersionRows(DataSource database) implements ReceivedVersions {

    private static final String TABLE =
            "CREATE TABLE IF NOT EXISTS received_versions (user_id text COLLATE \"C\" PRIMARY KEY, grant_id text NOT"
                    + " NULL, consented_at text NOT NULL, generation bigint)";
    private static final String COLUMNS = "SELECT user_id, grant_id, consented_at, generation FROM received_versions";
    private static final String SAVE =
            "INSERT INTO received_versions (user_id, grant_id, consented_at, generation) VALUES (?, ?, ?, ?)"
                    + " ON CONFLICT (user_id) DO UPDATE SET grant_id = EXCLUDED.grant_id,"
                    + " consented_at = EXCLUDED.consented_at, generation = EXCLUDED.generation";

    /** Creates the table if it is missing. */
    static VersionRows open(DataSource database) {
        LocalPostgres.execute(database, TABLE);
        return new VersionRows(database);
    }

    @Override
    public Optional<ReceivedVersion> last(TokenKey account) {
        return select(COLUMNS + " WHERE user_id = ?", account.account()).stream()
                .findFirst();
    }

    @Override
    public List<ReceivedVersion> page(String afterUserId, int limit) {
        return select(COLUMNS + " WHERE user_id > ? ORDER BY user_id LIMIT " + limit, afterUserId);
    }

    private List<ReceivedVersion> select(String sql, String userId) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, userId);
            try (ResultSet rows = select.executeQuery()) {
                List<ReceivedVersion> found = new ArrayList<>();
                while (rows.next()) {
                    version(rows).ifPresent(found::add);
                }
                return found;
            }
        } catch (SQLException e) {
            throw new OutboxException("the versions cannot be read: " + e.getMessage(), e);
        }
    }

    private static Optional<ReceivedVersion> version(ResultSet row) throws SQLException {
        String userId = row.getString(1);
        return MirrorVersion.parse(row.getString(2), row.getString(3), Optional.ofNullable(row.getString(4)))
                .map(version -> new ReceivedVersion(GoogleClient.key(userId), userId, version));
    }

    @Override
    public void save(ReceivedVersion received) {
        MirrorVersion version = received.version();
        try (Connection connection = database.getConnection();
                PreparedStatement save = connection.prepareStatement(SAVE)) {
            save.setString(1, received.userId());
            save.setString(2, version.grantId());
            save.setString(3, version.consentedAt().toString());
            if (version.isEnded()) {
                save.setNull(4, Types.BIGINT);
            } else {
                save.setLong(4, version.generation());
            }
            int unused = save.executeUpdate();
        } catch (SQLException e) {
            throw new OutboxException("a version cannot be stored: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {}
}
