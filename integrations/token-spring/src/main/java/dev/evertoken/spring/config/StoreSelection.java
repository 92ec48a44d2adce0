package dev.evertoken.spring.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Chooses the store: the one that a property asks for, or else the one that a bean can open. Immutable. */
record StoreSelection(StoreSettings settings, List<StoreOpener> openers) {

    static final String TYPE = "evertoken.store.type";
    private static final String CHOOSE = "Set " + TYPE + " to choose one of them, or define a TokenStore bean.";

    /** @throws SettingsException if there is no store, or more than one */
    StoreOpener selected() {
        List<StoreOpener> eligible =
                eligible(settings.type() == null && asksForMissingJdbc() ? "jdbc" : settings.type());
        Optional<StoreOpener> selected = byProperty(eligible).or(() -> byBean(eligible));
        return selected.orElseThrow(() -> settings.type() == null ? nothing() : notReady(eligible));
    }

    /** Returns whether a database is configured, but the module with its store is not on the class path. */
    private boolean asksForMissingJdbc() {
        StoreSettings.Jdbc jdbc = settings.jdbc();
        return jdbc != null
                && jdbc.url() != null
                && openers.stream().noneMatch(one -> one.type().equals("jdbc"));
    }

    private List<StoreOpener> eligible(@Nullable String type) {
        if (type == null) {
            return openers;
        }
        List<StoreOpener> ofType =
                openers.stream().filter(one -> one.type().equals(type)).toList();
        if (ofType.isEmpty()) {
            throw unknownType(type);
        }
        return ofType;
    }

    private Optional<StoreOpener> byProperty(List<StoreOpener> eligible) {
        Map<String, StoreOpener> asked = new LinkedHashMap<>();
        for (StoreOpener one : eligible) {
            one.property(settings).ifPresent(property -> asked.put(property, one));
        }
        if (asked.size() > 1) {
            String names = String.join(" and ", asked.keySet());
            throw new SettingsException(TYPE, "Two stores are configured: " + names + " are set.", CHOOSE);
        }
        return asked.values().stream().findFirst();
    }

    /** A client of Jedis and a connection factory lead to the same store, so the first one is used. */
    private Optional<StoreOpener> byBean(List<StoreOpener> eligible) {
        Map<String, StoreOpener> byType = new TreeMap<>();
        Map<String, String> beans = new TreeMap<>();
        for (StoreOpener one : eligible) {
            Optional<String> bean = one.bean();
            if (bean.isPresent() && byType.putIfAbsent(one.type(), one) == null) {
                beans.put(one.type(), bean.get() + " (" + one.type() + ")");
            }
        }
        if (byType.size() > 1) {
            throw new SettingsException(
                    TYPE, "Two stores are possible: there are " + String.join(" and ", beans.values()) + ".", CHOOSE);
        }
        return byType.values().stream().findFirst();
    }

    private static SettingsException nothing() {
        return new SettingsException(
                TYPE,
                TYPE + " is not set, and there is neither another property of a store nor a DataSource or Redis bean"
                        + " whose token-store module is on the class path.",
                "Set evertoken.store.file.path, .jdbc.url, .redis.url or .gcp.project, or evertoken.store.type=memory"
                        + " for tests.");
    }

    private static SettingsException notReady(List<StoreOpener> eligible) {
        StoreOpener first = eligible.get(0);
        return new SettingsException(
                TYPE,
                TYPE + " is " + first.type() + ", but nothing says where that store is.",
                String.join(
                        " ",
                        eligible.stream()
                                .map(StoreOpener::requirement)
                                .distinct()
                                .toList()));
    }

    private SettingsException unknownType(String type) {
        TreeSet<String> known = new TreeSet<>();
        openers.forEach(one -> known.add(one.type()));
        String module = switch (type) {
            case "jdbc" -> "Add the dependencies dev.evertoken:token-store-jdbc and spring-boot-starter-jdbc.";
            case "redis" -> "Add the dependency dev.evertoken:token-store-redis.";
            default -> "Set it to one of " + String.join(", ", known) + ".";
        };
        return new SettingsException(TYPE, TYPE + " \"" + type + "\" is not one of " + known + ".", module);
    }
}
