package dev.evertoken.store.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** Records the first word of every statement and every commit on its connections. Thread-safe. */
final class CountingSource {

    private final DataSource source;
    private final List<String> statements = new CopyOnWriteArrayList<>();

    CountingSource(DataSource source) {
        this.source = source;
    }

    DataSource source() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    Object result = invoke(source, method, arguments);
                    return result instanceof Connection connection ? counted(connection) : result;
                });
    }

    /** Returns and clears the statements recorded since the last call. */
    List<String> drain() {
        List<String> all = List.copyOf(statements);
        statements.clear();
        return all;
    }

    private Object counted(Connection connection) {
        return Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statements.add(((String) arguments[0]).split(" ", 2)[0]);
                    } else if (method.getName().equals("commit")) {
                        statements.add(method.getName().toUpperCase(Locale.ROOT));
                    }
                    return invoke(connection, method, arguments);
                });
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
