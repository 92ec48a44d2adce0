package dev.evertoken.background;

import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/** The settings of a background refresh. Immutable. */
record Settings(
        Duration every,
        int perMinute,
        Map<String, Integer> ratesOf,
        Map<String, Long> quotasOf,
        Function<TokenKey, String> tenants,
        boolean severalTenants,
        boolean refreshIdle,
        Duration keepAlive,
        int auditReads,
        Duration alarmAfter,
        int mostAtOnce,
        Duration jitter) {

    Settings {
        ratesOf = Map.copyOf(ratesOf);
        quotasOf = Map.copyOf(quotasOf);
    }

    int perMinute(String registration) {
        return ratesOf.getOrDefault(registration, perMinute);
    }

    OptionalLong perDay(String registration) {
        Long quota = quotasOf.get(registration);
        return quota == null ? OptionalLong.empty() : OptionalLong.of(quota);
    }
}
