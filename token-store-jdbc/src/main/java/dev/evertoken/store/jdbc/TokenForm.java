package dev.evertoken.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The layout of tokens in the columns of an application's table. Implementations are immutable and thread-safe. */
interface TokenForm {

    /** Returns the columns, in the order in which they are read and written. */
    List<String> columns();

    /** Returns the SQL condition that a row has tokens. */
    String present();

    /** Returns whether refresh tokens are stored too. */
    boolean hasRefreshToken();

    /** Returns the tokens of a row, with the data required to write them back. */
    Found read(ResultSet result, int from) throws SQLException;

    /** Sets a parameter for each column. */
    void set(PreparedStatement statement, int from, ColumnTokens tokens, Found before, Dialect dialect)
            throws SQLException;

    /**
     * The content of the columns.
     *
     * @param rest other data of the application in the same column, in the format of the layout; never printed
     */
    record Found(ColumnTokens tokens, String rest) {

        static final Found NOTHING = new Found(ColumnTokens.none(false), "");

        @Override
        public String toString() {
            return "Found[" + tokens + "]";
        }
    }
}
