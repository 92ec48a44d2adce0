package dev.evertoken.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** How tokens lie in the columns of an application's table. Implementations are immutable. */
interface TokenForm {

    /** Returns the columns, in the order in which they are read and written. */
    List<String> columns();

    /** Returns the column that has something in it exactly while there are tokens. */
    String mark();

    /** Tells whether refresh tokens are kept there too. */
    boolean hasRefreshToken();

    /** Returns the tokens of a row, and what else is needed to write them back. */
    Found read(ResultSet result, int from) throws SQLException;

    /** Sets a parameter for each column. */
    void set(PreparedStatement statement, int from, ColumnTokens tokens, Found before, Dialect dialect)
            throws SQLException;

    /**
     * What stood in the columns.
     *
     * @param rest what the application keeps there besides, as the form wrote it; never printed
     */
    record Found(ColumnTokens tokens, String rest) {

        static final Found NOTHING = new Found(ColumnTokens.none(false), "");

        @Override
        public String toString() {
            return "Found[" + tokens + "]";
        }
    }
}
