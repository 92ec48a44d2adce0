package dev.evertoken.benchmarks.scaling;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Counts the statements and commits of its connections, each of which is a round trip. Thread-safe. */
final class CountedSource {

    private final AtomicInteger count = new AtomicInteger();
    private final DataSource source;

    CountedSource(DataSource source) {
        this.source = source;
    }

    /** Returns the count since the last call. */
    int take() {
        return count.getAndSet(0);
    }

    DataSource source() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    Object result = invoke(source, method, arguments);
                    return result instanceof Connection connection ? counted(connection) : result;
                });
    }

    private Object counted(Connection connection) {
        return Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")
                            || method.getName().equals("commit")) {
                        count.incrementAndGet();
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
