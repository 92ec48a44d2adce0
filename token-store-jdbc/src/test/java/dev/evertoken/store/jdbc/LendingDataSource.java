package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Hands out one connection repeatedly and checks its state on every return. */
final class LendingDataSource implements AutoCloseable {

    private final Connection connection;
    private final boolean autoCommit;
    private final int networkTimeout;
    private final AtomicInteger open = new AtomicInteger();

    LendingDataSource(Connection connection, boolean autoCommit) throws SQLException {
        this.connection = connection;
        this.autoCommit = autoCommit;
        this.networkTimeout = connection.getNetworkTimeout();
    }

    DataSource source() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("getConnection");
                    assertThat(open.incrementAndGet()).as("connections at once").isEqualTo(1);
                    return Proxy.newProxyInstance(
                            getClass().getClassLoader(), new Class<?>[] {Connection.class}, this::onCall);
                });
    }

    void assertAllBack() {
        assertThat(open).hasValue(0);
    }

    private Object onCall(Object self, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("close")) {
            assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
            assertThat(connection.getNetworkTimeout()).isEqualTo(networkTimeout);
            assertNoOpenTransaction();
            open.decrementAndGet();
            return null;
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Asks the PostgreSQL driver; on H2, other connections would not see the writes of an open transaction. */
    private void assertNoOpenTransaction() throws SQLException {
        if (connection.isWrapperFor(org.postgresql.core.BaseConnection.class)) {
            assertThat(connection
                            .unwrap(org.postgresql.core.BaseConnection.class)
                            .getTransactionState())
                    .isEqualTo(org.postgresql.core.TransactionState.IDLE);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
