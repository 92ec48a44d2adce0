package dev.evertoken.store.jdbc;

import dev.evertoken.model.Secret;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A column for each part of the tokens; all but the access token are optional. Immutable. */
record SeparateColumns(
        String accessToken,
        Optional<String> refreshToken,
        Optional<String> expiresAt,
        TimeFormat time,
        Optional<String> scopes)
        implements TokenForm {

    @Override
    public List<String> columns() {
        return Stream.of(Optional.of(accessToken), refreshToken, expiresAt, scopes)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public String present() {
        return refreshToken
                .map(refresh -> "(" + accessToken + " IS NOT NULL OR " + refresh + " IS NOT NULL)")
                .orElse(accessToken + " IS NOT NULL");
    }

    @Override
    public boolean hasRefreshToken() {
        return refreshToken.isPresent();
    }

    @Override
    public Found read(ResultSet result, int from) throws SQLException {
        int at = from;
        Optional<Secret> access = secret(result.getString(at++));
        Optional<Secret> refresh = refreshToken.isPresent() ? secret(result.getString(at++)) : Optional.empty();
        Optional<Instant> end = expiresAt.isPresent() ? time.read(result, at++) : Optional.empty();
        Set<String> granted = scopes.isPresent()
                ? Optional.ofNullable(result.getString(at))
                        .map(ScopeText::parsed)
                        .orElse(Set.of())
                : Set.of();
        return new Found(ColumnTokens.read(access, refresh, end, granted), "");
    }

    @Override
    public void set(PreparedStatement statement, int from, ColumnTokens tokens, Found before, Dialect dialect)
            throws SQLException {
        int at = from;
        statement.setString(at++, tokens.accessToken().map(Secret::reveal).orElse(null));
        if (refreshToken.isPresent()) {
            statement.setString(at++, tokens.refreshToken().map(Secret::reveal).orElse(null));
        }
        if (expiresAt.isPresent()) {
            if (tokens.expiresAt().isPresent()) {
                time.set(statement, at++, tokens.expiresAt().get());
            } else {
                statement.setNull(at++, time.type());
            }
        }
        if (scopes.isPresent()) {
            if (tokens.areNone()) {
                statement.setNull(at, Types.VARCHAR);
            } else {
                statement.setString(at, String.join(" ", tokens.scopes()));
            }
        }
    }

    private static Optional<Secret> secret(@Nullable String text) {
        return Optional.ofNullable(text).filter(value -> !value.isBlank()).map(Secret::of);
    }
}
