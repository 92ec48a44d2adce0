package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Lends one connection again and again, and looks at it whenever it comes back. */
final class LendingDataSource implements AutoCloseable {

    private final Connection connection;
    private final boolean byItself;
    private final int silence;
    private final AtomicInteger lent = new AtomicInteger();

    LendingDataSource(Connection connection, boolean byItself) throws SQLException {
        this.connection = connection;
        this.byItself = byItself;
        this.silence = connection.getNetworkTimeout();
    }

    DataSource source() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("getConnection");
                    assertThat(lent.incrementAndGet()).as("connections at once").isEqualTo(1);
                    return Proxy.newProxyInstance(
                            getClass().getClassLoader(), new Class<?>[] {Connection.class}, this::onLent);
                });
    }

    void assertAllBack() {
        assertThat(lent).hasValue(0);
    }

    private Object onLent(Object self, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("close")) {
            assertThat(connection.getAutoCommit()).isEqualTo(byItself);
            assertThat(connection.getNetworkTimeout()).isEqualTo(silence);
            assertNoOpenTransaction();
            lent.decrementAndGet();
            return null;
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The PostgreSQL driver tells; of H2 it shows in what others can see. */
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
