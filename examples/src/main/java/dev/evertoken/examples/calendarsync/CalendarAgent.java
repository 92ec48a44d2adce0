package dev.evertoken.examples.calendarsync;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.Tokens;
import dev.evertoken.examples.setup.Database;
import dev.evertoken.mirror.receiver.MirrorReceiver;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.store.TokenStore;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The chat agent: receives tokens from the backend, stores them in the table {@code google_calendar_tokens}, refreshes
 * them with its copy of the refresh token, and calls Calendar on its own. Thread-safe.
 */
public final class CalendarAgent implements AutoCloseable {

    static final String LISTENS = "calendar-agent listens on ";

    private final Tokens tokens;
    private final Service service;

    private CalendarAgent(Tokens tokens, Service service) {
        this.tokens = tokens;
        this.service = service;
    }

    public static void main(String[] args) throws IOException {
        try {
            AgentSettings settings = AgentSettings.from(System.getenv());
            HikariDataSource database = Database.open(AgentSettings.DATABASE, settings.database());
            CalendarAgent agent = open(settings, database);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                agent.close();
                                database.close();
                            },
                            "calendar-agent-stop"));
            System.out.println(LISTENS + agent.address());
        } catch (IllegalStateException | TokenException e) {
            System.out.println("calendar-agent cannot start: " + e.getMessage());
            System.exit(2);
        }
    }

    /**
     * Opens the agent over a database.
     *
     * @throws TokenException if the database cannot be used
     */
    static CalendarAgent open(AgentSettings settings, DataSource database) throws IOException {
        TokenTable table = TokenTable.GOOGLE_CALENDAR_TOKENS;
        TokenStore store = settings.sealed() ? table.openSealed(database) : table.open(database);
        Tokens tokens = settings.google()
                .configure(Tokens.builder()
                        .namespace(table.service())
                        .environment(TokenTable.ENVIRONMENT)
                        .store(store)
                        .encryption(settings.keys()))
                .allowHosts(GoogleClient.REGISTRATION, settings.calendar().getHost())
                .build();
        Sender backend = new Sender(settings.serviceToken());
        MirrorReceiver receiver = MirrorReceiver.builder(tokens)
                .accounts((request, userId) ->
                        backend.sent(request) ? Optional.of(GoogleClient.key(userId)) : Optional.empty())
                .versions(VersionRows.open(database))
                .signing(settings.signing()) // the signature covers the user id
                .comparePath(CalendarBackend.COMPARE_PATH)
                .build();
        AgentRoutes routes = new AgentRoutes(receiver, backend, new CalendarChat(tokens, settings.calendar()));
        return new CalendarAgent(tokens, Service.start(Service.port(settings.listen()), routes::handle));
    }

    /** Returns the address of the routes on this machine. */
    URI address() {
        return service.address();
    }

    /** Stops the routes; the caller closes the database. */
    @Override
    public void close() {
        service.close();
        tokens.close();
    }
}
