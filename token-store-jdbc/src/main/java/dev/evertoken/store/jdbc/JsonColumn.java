package dev.evertoken.store.jdbc;

import dev.evertoken.internal.store.json.JsonDocument;
import dev.evertoken.model.Secret;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A column with a JSON object, whose other members are preserved. Immutable. */
record JsonColumn(String column, JsonMembers members) implements TokenForm {

    @Override
    public List<String> columns() {
        return List.of(column);
    }

    @Override
    public String mark() {
        return column;
    }

    @Override
    public boolean hasRefreshToken() {
        return true;
    }

    @Override
    public Found read(ResultSet result, int from) throws SQLException {
        String text = result.getString(from);
        if (text == null || text.isBlank() || text.equals("null")) {
            return Found.NOTHING;
        }
        return JsonDocument.parse(text)
                .map(json -> new Found(tokens(json), text))
                .orElseGet(() -> new Found(ColumnTokens.none(true), ""));
    }

    /** Writes the tokens. Without tokens, their members are removed; an object without other members becomes null. */
    @Override
    public void set(PreparedStatement statement, int at, ColumnTokens tokens, Found before, Dialect dialect)
            throws SQLException {
        String text = json(tokens, before).toJson();
        if (tokens.areNone() && text.equals("{}")) {
            statement.setNull(at, dialect == Dialect.POSTGRESQL ? Types.OTHER : Types.VARCHAR);
        } else if (dialect == Dialect.POSTGRESQL) {
            statement.setObject(at, text, Types.OTHER); // json, jsonb or text
        } else {
            statement.setString(at, text);
        }
    }

    private ColumnTokens tokens(JsonDocument json) {
        return new ColumnTokens(
                secret(json.text(members.accessToken())),
                secret(json.text(members.refreshToken())),
                json.text(members.expiresAt()).flatMap(this::time),
                json.texts(members.scopes()),
                false);
    }

    private JsonDocument json(ColumnTokens tokens, Found before) {
        JsonDocument json = JsonDocument.parse(before.rest())
                .orElseGet(JsonDocument::empty)
                .with(members.accessToken(), tokens.accessToken().map(Secret::reveal))
                .with(members.refreshToken(), tokens.refreshToken().map(Secret::reveal));
        JsonDocument timed = members.time() == TimeFormat.EPOCH_SECONDS
                ? json.withNumber(members.expiresAt(), tokens.expiresAt().map(Instant::getEpochSecond))
                : json.with(members.expiresAt(), tokens.expiresAt().map(TimeFormat::text));
        return tokens.areNone()
                ? timed.with(members.scopes(), Optional.empty())
                : timed.withTexts(members.scopes(), tokens.scopes());
    }

    private Optional<Instant> time(String text) {
        if (members.time() != TimeFormat.EPOCH_SECONDS) {
            return TimeFormat.parsed(text);
        }
        return text.matches("\\d{1,12}") ? Optional.of(Instant.ofEpochSecond(Long.parseLong(text))) : Optional.empty();
    }

    private static Optional<Secret> secret(Optional<String> text) {
        return text.filter(value -> !value.isBlank()).map(Secret::of);
    }
}
