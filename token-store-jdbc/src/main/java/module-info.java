/** Keeps tokens in PostgreSQL, MySQL, MariaDB or H2, in a table of its own or in columns of the application. */
module dev.evertoken.store.jdbc {
    requires transitive dev.evertoken.core;
    requires transitive java.sql;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.evertoken.store.jdbc;
}
