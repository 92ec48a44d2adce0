package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Keeps messages to other systems in a table of a relational database, which all processes with access to the database
 * share: a message of one process is delivered by any of them.
 *
 * <p>A message is durable when {@link #add} returns, as durable as a commit of the database. It is lost with a process
 * that ends between the event and {@code add}, and if the database loses commits, such as in a failover to a standby
 * that lags. A process that ends during a delivery loses nothing: its lease ends, and another process delivers the
 * message, possibly once more.
 *
 * <p>Use a plain {@link DataSource}, as for a {@link JdbcTokenStore}; the same one serves both. An operation is one
 * transaction of up to four statements. Thread-safe.
 */
public final class JdbcOutbox implements Outbox {

    private final String namespace;
    private final Dialect dialect;
    private final JdbcClient client;
    private final OutboxTable messages;

    private JdbcOutbox(JdbcClient client, Dialect dialect, String namespace) {
        this.namespace = namespace;
        this.dialect = dialect;
        this.client = client;
        this.messages = new OutboxTable(client.database(), dialect, client.table(), namespace);
    }

    /** Opens an outbox with {@link JdbcOptions#outbox()}; see {@link #open(DataSource, String, JdbcOptions)}. */
    public static JdbcOutbox open(DataSource source, String namespace) {
        return open(source, namespace, JdbcOptions.outbox());
    }

    /**
     * Opens the outbox of a namespace and checks that its table exists.
     *
     * @param source the source of connections, which are returned after each call; it is not closed with the outbox
     * @param namespace the name of the application; outboxes of different namespaces can share a table and are isolated
     * @param options the options, from {@link JdbcOptions#outbox()}
     * @throws TokenStoreException if the database cannot be reached or its table is unsuitable; the message says how to
     *     fix it
     */
    public static JdbcOutbox open(DataSource source, String namespace, JdbcOptions options) {
        if (namespace.isBlank() || namespace.length() > 64) {
            throw new IllegalArgumentException("the namespace is blank or longer than 64 characters");
        }
        JdbcClient client = JdbcClient.ofOwnTable(new Database(source, options.statementTimeout()), options.table());
        Dialect dialect = options.dialect()
                .orElseGet(() -> client.read("the database cannot be opened for", Optional.empty(), Dialect::of));
        client.prepare(new Schema(client.database(), dialect, Schema.Kind.OUTBOX, options.table()), options);
        return new JdbcOutbox(client, dialect, namespace);
    }

    @Override
    public void add(OutboxMessage message) {
        boolean unused = translated(() -> client.transaction(
                "the message cannot be written to",
                Optional.of(message.account()),
                connection -> messages.add(connection, message)));
    }

    @Override
    public List<LeasedMessage> lease(String destination, Instant now, Duration lease, int limit) {
        return translated(() -> client.transaction(
                "the messages cannot be leased from",
                Optional.empty(),
                connection -> messages.lease(connection, destination, now, lease, limit)));
    }

    @Override
    public boolean remove(LeasedMessage message) {
        return translated(() -> client.write(
                "the message cannot be removed from",
                Optional.of(message.message().account()),
                connection -> messages.remove(connection, message)));
    }

    @Override
    public boolean postpone(LeasedMessage message, Instant nextAttempt) {
        return endLease(message, 1, nextAttempt);
    }

    @Override
    public boolean release(LeasedMessage message, Instant nextAttempt) {
        return endLease(message, 0, nextAttempt);
    }

    private boolean endLease(LeasedMessage message, int failed, Instant nextAttempt) {
        return translated(() -> client.transaction(
                "the message cannot be postponed in",
                Optional.of(message.message().account()),
                connection -> messages.endLease(connection, message, failed, nextAttempt)));
    }

    @Override
    public Backlog backlog(String destination) {
        return translated(() -> client.read(
                "the messages cannot be counted in",
                Optional.empty(),
                connection -> messages.backlog(connection, destination)));
    }

    @Override
    public long clear(String destination) {
        return translated(() -> client.write(
                "the messages cannot be removed from",
                Optional.empty(),
                connection -> messages.clear(connection, destination)));
    }

    private static <T> T translated(Supplier<T> call) {
        try {
            return call.get();
        } catch (TokenException e) {
            throw new OutboxException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Does nothing, because the outbox holds no resources between calls. */
    @Override
    public void close() {}

    /** Returns the dialect and the table. */
    @Override
    public String toString() {
        return "JdbcOutbox[" + dialect.name().toLowerCase(Locale.ROOT) + ", table " + client.table() + ", namespace "
                + namespace + "]";
    }
}
