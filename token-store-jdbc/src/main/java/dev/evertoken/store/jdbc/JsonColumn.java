package dev.evertoken.store.jdbc;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonDocument;
import dev.evertoken.internal.json.JsonNumber;
import dev.evertoken.internal.json.JsonString;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.model.Secret;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A column with a JSON object, whose other members are preserved. Immutable. */
record JsonColumn(String column, JsonMembers members) implements TokenForm {

    @Override
    public List<String> columns() {
        return List.of(column);
    }

    @Override
    public String present() {
        return column + " IS NOT NULL";
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
        return ColumnTokens.read(
                secret(json.text(members.accessToken())),
                secret(json.text(members.refreshToken())),
                json.text(members.expiresAt()).flatMap(this::time),
                json.get(members.scopes()).map(JsonColumn::scopes).orElse(Set.of()));
    }

    private JsonDocument json(ColumnTokens tokens, Found before) {
        JsonDocument json = JsonDocument.parse(before.rest())
                .orElseGet(JsonDocument::empty)
                .with(members.accessToken(), tokens.accessToken().map(JsonColumn::string))
                .with(members.refreshToken(), tokens.refreshToken().map(JsonColumn::string));
        return json.with(members.expiresAt(), tokens.expiresAt().map(this::time))
                .with(
                        members.scopes(),
                        tokens.areNone() ? Optional.empty() : Optional.of(JsonArray.ofTexts(tokens.scopes())));
    }

    private Optional<Instant> time(String text) {
        if (members.time() != TimeFormat.EPOCH_SECONDS) {
            return TimeFormat.parsed(text);
        }
        return text.matches("\\d{1,12}") ? Optional.of(Instant.ofEpochSecond(Long.parseLong(text))) : Optional.empty();
    }

    private JsonValue time(Instant end) {
        return members.time() == TimeFormat.EPOCH_SECONDS
                ? JsonNumber.of(end.getEpochSecond())
                : new JsonString(TimeFormat.text(end));
    }

    /** Returns the scopes of a list of strings, or of one text; none if the value has another type. */
    static Set<String> scopes(JsonValue value) {
        if (!(value instanceof JsonArray list)) {
            return value.text().map(ScopeText::parsed).orElse(Set.of());
        }
        List<String> scopes =
                list.values().stream().flatMap(scope -> scope.text().stream()).toList();
        return scopes.size() == list.values().size() ? new LinkedHashSet<>(scopes) : Set.of();
    }

    private static JsonString string(Secret secret) {
        return new JsonString(secret.reveal());
    }

    private static Optional<Secret> secret(Optional<String> text) {
        return text.filter(value -> !value.isBlank()).map(Secret::of);
    }
}
