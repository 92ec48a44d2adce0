package dev.evertoken.examples.calendarsync;

import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.Tokens;
import dev.evertoken.examples.calendarsync.BackendSettings.Agent;
import dev.evertoken.examples.setup.Database;
import dev.evertoken.mirror.Mirror;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.jdbc.JdbcOptions;
import dev.evertoken.store.jdbc.JdbcOutbox;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The backend: completes the consents of its users, stores their tokens in the table {@code users}, and shares them
 * with the chat agent through a mirror whose messages wait in the same database. Thread-safe.
 */
public final class CalendarBackend implements AutoCloseable {

    static final String LISTENS = "calendar-backend listens on ";
    static final String CALLBACK = "/google/callback";
    static final String COMPARE_PATH = "/api/token-mirror/accounts";

    private final Tokens tokens;
    private final Service service;

    private CalendarBackend(Tokens tokens, Service service) {
        this.tokens = tokens;
        this.service = service;
    }

    public static void main(String[] args) throws IOException {
        try {
            BackendSettings settings = BackendSettings.from(System.getenv());
            HikariDataSource database = Database.open(BackendSettings.DATABASE, settings.database());
            CalendarBackend backend = open(settings, database);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                backend.close();
                                database.close();
                            },
                            "calendar-backend-stop"));
            System.out.println(LISTENS + backend.address());
        } catch (IllegalStateException | TokenException e) {
            System.out.println("calendar-backend cannot start: " + e.getMessage());
            System.exit(2);
        }
    }

    /**
     * Opens the backend over a database. An agent that is down does not matter: its messages wait.
     *
     * @throws TokenException if the database cannot be used
     */
    static CalendarBackend open(BackendSettings settings, DataSource database) throws IOException {
        TokenStore store = settings.sealed() ? TokenTable.USERS.openSealed(database) : TokenTable.USERS.open(database);
        Tokens tokens = settings.google()
                .configure(Tokens.builder()
                        .namespace(TokenTable.USERS.service())
                        .environment(TokenTable.ENVIRONMENT)
                        .store(store)
                        .encryption(settings.keys()))
                .build();
        mirror(tokens, settings.agent(), database);
        HttpServer port = Service.port(settings.listen());
        URI redirect = settings.redirect().orElse(Service.address(port).resolve(CALLBACK));
        BackendRoutes routes = new BackendRoutes(tokens, new Users(database), redirect);
        return new CalendarBackend(tokens, Service.start(port, routes::handle));
    }

    /** Starts the mirror; closing the tokens closes it. Without an agent it logs one line and does nothing. */
    private static void mirror(Tokens tokens, Optional<Agent> agent, DataSource database) {
        Mirror.Builder builder = Mirror.builder(tokens).id("calendar-agent");
        agent.ifPresent(to -> builder.url(to.url().toString())
                .outbox(JdbcOutbox.open(
                        database,
                        TokenTable.USERS.service(),
                        JdbcOptions.outbox().createTableIfMissing()))
                .timeout(to.timeout())
                .headers(() ->
                        Map.of("Authorization", "Bearer " + to.serviceToken().reveal()))
                .signing(to.signing())
                .comparePath(COMPARE_PATH));
        Mirror mirror = builder.build();
        mirror.start();
        if (agent.filter(Agent::isNew).isPresent()) {
            long unused = mirror.sendAll();
        }
    }

    /** Returns the address of the routes on this machine. */
    URI address() {
        return service.address();
    }

    /** Stops the routes and the mirror; messages remain in the outbox. The caller closes the database. */
    @Override
    public void close() {
        service.close();
        tokens.close();
    }
}
