/**
 * Keeps records in a relational database that the application reaches through a {@link javax.sql.DataSource}.
 *
 * <p>{@link dev.evertoken.store.jdbc.JdbcTokenStore} has a table of its own; {@link
 * dev.evertoken.store.jdbc.ColumnTokenStore} keeps the tokens in columns of the application's tables besides. The
 * schema stands next to these classes as plain SQL, one file for each {@link dev.evertoken.store.jdbc.Dialect}.
 */
@NullMarked
package dev.evertoken.store.jdbc;

import org.jspecify.annotations.NullMarked;
