package dev.evertoken.examples.stravasync;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.background.BackgroundRefresh;
import dev.evertoken.examples.setup.Database;
import dev.evertoken.micrometer.TokenMetrics;
import dev.evertoken.model.TokenException;
import dev.evertoken.store.jdbc.ColumnTokenStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * The dashboard. Without any of its variables it plays its story against a mock of Strava, in a PostgreSQL of its own;
 * with them it serves its routes. Thread-safe.
 */
public final class StravaSync implements AutoCloseable {

    private final Tokens tokens;
    private final SyncRoutes routes;

    private StravaSync(Tokens tokens, SyncRoutes routes) {
        this.tokens = tokens;
        this.routes = routes;
    }

    public static void main(String[] args) throws IOException {
        Optional<SyncSettings> settings;
        try {
            settings = SyncSettings.from(System.getenv());
            if (settings.isPresent()) {
                serve(settings.get());
            }
        } catch (IllegalStateException | TokenException e) {
            System.err.println("StravaSync cannot start: " + e.getMessage());
            System.exit(1);
            return;
        }
        if (settings.isEmpty()) {
            SyncStory.main(args);
        }
    }

    /** Serves until the process ends. */
    private static void serve(SyncSettings settings) throws IOException {
        HikariDataSource database = Database.open(SyncSettings.DATABASE, settings.database());
        StravaSync dashboard = open(settings, database, builder -> builder);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            dashboard.close();
                            database.close();
                        },
                        "stravasync-stop"));
        System.out.println("StravaSync serves " + dashboard.address());
    }

    /**
     * Opens the dashboard over a database with the table {@code user_settings}.
     *
     * @param more settings of a test, such as the clock or the provider's endpoints
     * @throws TokenException if the database cannot be used
     */
    static StravaSync open(SyncSettings settings, DataSource database, UnaryOperator<TokensBuilder> more)
            throws IOException {
        UserSettings users = new UserSettings(database);
        ColumnTokenStore store = users.tokens();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Tokens tokens = more.apply(Tokens.builder()
                        .namespace(UserSettings.NAMESPACE)
                        .environment(UserSettings.ENVIRONMENT)
                        .store(store)
                        .encryption(settings.keys())
                        .client("strava", settings.strava())
                        .allowHosts("strava", settings.api().getHost())
                        .refreshEarly(settings.threshold())
                        .reconnectUrl(key -> Answer.RECONNECT)
                        .observer(TokenMetrics.to(registry)))
                .build();
        if (settings.proactive()) {
            long unused = store.adopt();
            BackgroundRefresh.builder(tokens).refreshIdle().build().start();
        }
        SyncMetrics metrics = new SyncMetrics(registry);
        ActivitySync sync = new ActivitySync(settings, users, tokens, metrics);
        return new StravaSync(tokens, SyncRoutes.open(settings.port(), sync, metrics, registry::scrape));
    }

    /** Returns the address of the routes on this machine. */
    URI address() {
        return routes.address();
    }

    /** Stops the routes and the refreshes; the caller closes the database. */
    @Override
    public void close() {
        routes.close();
        tokens.close();
    }
}
