package dev.evertoken.store.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import javax.sql.DataSource;

/** A database with another product name. Stateless. */
final class RenamedDatabase {

    private RenamedDatabase() {}

    static DataSource of(DataSource source, String product) {
        return wrap(
                DataSource.class,
                source,
                "getConnection",
                connection -> wrap(
                        Connection.class,
                        (Connection) connection,
                        "getMetaData",
                        data -> wrap(
                                DatabaseMetaData.class,
                                (DatabaseMetaData) data,
                                "getDatabaseProductName",
                                name -> product)));
    }

    private interface Change {
        Object of(Object result);
    }

    private static <T> T wrap(Class<T> type, T target, String method, Change change) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, arguments) -> {
                    try {
                        Object result = called.invoke(target, arguments);
                        return called.getName().equals(method) ? change.of(result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return type.cast(proxy);
    }
}
