package dev.evertoken.store.jdbc;

import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;

/** Separate in-memory databases. */
final class H2 {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private H2() {}

    /** Returns a new empty database, which exists until the process ends. */
    static JdbcDataSource empty() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:test-" + COUNT.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
        source.setUser("sa");
        return source;
    }
}
