package dev.evertoken.benchmarks.scaling;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.store.jdbc.JdbcOptions;
import dev.evertoken.store.jdbc.JdbcTokenStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** The costs of a real PostgreSQL server. */
final class PostgresCosts {

    private static final int RECORDS = 20_000;
    private static final int DUE = 200;
    private static final int CONNECTIONS = 8;
    private static final String TABLE = "evertoken_tokens";

    private PostgresCosts() {}

    static void measure(StoreCosts costs) throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .start();
                HikariDataSource pool = pool(server.getPostgresDatabase())) {
            CountedSource counted = new CountedSource(pool);
            JdbcTokenStore store = JdbcTokenStore.open(
                    counted.source(),
                    MeasuredEngine.NAMESPACE,
                    JdbcOptions.defaults().createTableIfMissing());
            try (MeasuredEngine engine = new MeasuredEngine(store)) {
                engine.importMix(0, RECORDS);
                sizes(costs, pool);
                requests(costs, pool, counted, engine);
            }
        }
    }

    private static HikariDataSource pool(DataSource source) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMaximumPoolSize(CONNECTIONS);
        return new HikariDataSource(config);
    }

    private static void sizes(StoreCosts costs, DataSource source) throws SQLException {
        execute(source, "VACUUM ANALYZE " + TABLE);
        costs.add("postgres", "records", RECORDS);
        costs.add("postgres", "bytes-per-record", perRecord(source, "pg_total_relation_size('" + TABLE + "')"));
        costs.add("postgres", "bytes-per-record-indexes", perRecord(source, "pg_indexes_size('" + TABLE + "')"));
    }

    private static double perRecord(DataSource source, String expression) throws SQLException {
        return Math.rint(number(source, expression) / (double) RECORDS);
    }

    private static void requests(StoreCosts costs, DataSource source, CountedSource counted, MeasuredEngine engine)
            throws SQLException {
        for (ProviderShare share : List.of(ProviderShare.X, ProviderShare.GOOGLE)) {
            String suffix = share.isRotating() ? "-rotating" : "-static";
            engine.warm(share);
            costs.add("postgres", "round-trips" + suffix, engine.leastOfARefresh(share, counted::take));
            engine.importExpired(share, 0, DUE);
            long log = log(source);
            counted.take();
            engine.sweep(DUE);
            costs.add("postgres", "background-round-trips" + suffix, counted.take() / (double) DUE);
            costs.add("postgres", "log-bytes" + suffix, Math.rint((log(source) - log) / (double) DUE));
        }
    }

    /** Returns the position in the write-ahead log, in bytes. */
    private static long log(DataSource source) throws SQLException {
        return number(source, "pg_current_wal_insert_lsn() - '0/0'::pg_lsn");
    }

    private static long number(DataSource source, String expression) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT " + expression)) {
            MeasuredEngine.require(result.next(), "no result");
            return result.getLong(1);
        }
    }

    private static void execute(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
