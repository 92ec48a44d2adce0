/**
 * Keeps records in a relational database that the application accesses through a {@link javax.sql.DataSource}.
 *
 * <p>{@link dev.evertoken.store.jdbc.JdbcTokenStore} has its own table; {@link
 * dev.evertoken.store.jdbc.ColumnTokenStore} also keeps tokens in columns of the application's tables. The schema is in
 * plain SQL files beside these classes, one for each {@link dev.evertoken.store.jdbc.Dialect}.
 */
@NullMarked
package dev.evertoken.store.jdbc;

import org.jspecify.annotations.NullMarked;
