package dev.evertoken.examples.bookingbot;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.StoreOnDemand;
import dev.evertoken.store.gcp.GcpSecretStore;
import dev.evertoken.store.redis.RedisTokenStore;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.store.tiered.TieredTokenStoreBuilder;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The stores of the bot: Secret Manager is the authority, Redis and a file have copies. If one of the first two is not
 * configured, it is left out and the next one is the authority. Each store is opened when it is first used, so the bot
 * starts while one of them is unavailable. Immutable.
 */
public final class BotStores {

    static final String NAMESPACE = "bookingbot";

    private final BotSettings settings;
    private final Map<String, StoreOnDemand> tiers = new LinkedHashMap<>();

    /** Creates the configured stores. */
    public BotStores(BotSettings settings) {
        this(settings, Map.of());
    }

    /** @param others stores that replace those with these names */
    BotStores(BotSettings settings, Map<String, StoreOnDemand> others) {
        this.settings = settings;
        settings.secrets()
                .ifPresent(location -> tiers.put(
                        "secret-manager",
                        StoreOnDemand.of(Guarantee.SHARED, () -> GcpSecretStore.open(location, NAMESPACE))
                                .withCostlyWrites()));
        settings.redis()
                .ifPresent(location -> tiers.put(
                        "redis", StoreOnDemand.of(Guarantee.SHARED, () -> RedisTokenStore.open(location, NAMESPACE))));
        tiers.put("file", StoreOnDemand.of(Guarantee.PROCESS, () -> FileTokenStore.open(settings.folder(), NAMESPACE)));
        tiers.replaceAll((name, tier) -> others.getOrDefault(name, tier));
    }

    /** Returns the stores by name, the authority first. */
    public Map<String, StoreOnDemand> tiers() {
        return Collections.unmodifiableMap(tiers);
    }

    /** Opens the chain; closing it closes the stores. */
    public TokenStore open() {
        Iterator<Map.Entry<String, StoreOnDemand>> all = tiers.entrySet().iterator();
        Map.Entry<String, StoreOnDemand> first = all.next();
        if (!all.hasNext()) {
            return first.getValue();
        }
        TieredTokenStoreBuilder chain = TieredTokenStore.of(first.getKey(), first.getValue());
        all.forEachRemaining(copy -> chain.fallback(copy.getKey(), copy.getValue()));
        return chain.tombstones(settings.folder().resolve("removed")).open();
    }
}
