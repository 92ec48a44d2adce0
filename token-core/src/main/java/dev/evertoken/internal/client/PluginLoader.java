package dev.evertoken.internal.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Spliterator;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the {@link ServiceLoader} finds of one kind, by key. A plug-in that cannot be loaded hurts only who
 * asks for a key that is not there. Immutable.
 */
public final class PluginLoader<S> {

    private static final Logger log = LoggerFactory.getLogger(PluginLoader.class);

    /** A loader that finds nothing but trouble may go on for ever. */
    private static final int MOST_BROKEN = 100;

    private final String what;
    private final Map<String, List<S>> byKey = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    /** @param what names the kind in messages, as {@code provider} */
    public PluginLoader(String what, Class<S> type, Function<S, String> key) {
        this.what = what;
        Spliterator<ServiceLoader.Provider<S>> all =
                ServiceLoader.load(type).stream().spliterator();
        boolean more = true;
        while (more && broken.size() < MOST_BROKEN) {
            more = addNext(all, key);
        }
    }

    /** The loader goes on behind an entry that names no class, or no plug-in. */
    private boolean addNext(Spliterator<ServiceLoader.Provider<S>> all, Function<S, String> key) {
        try {
            return all.tryAdvance(found -> add(found, key));
        } catch (ServiceConfigurationError e) {
            log.warn("a {} cannot be found", what, e);
            broken.add(e.getMessage());
            return true;
        }
    }

    private void add(ServiceLoader.Provider<S> found, Function<S, String> key) {
        try {
            S plugin = found.get();
            byKey.computeIfAbsent(key.apply(plugin), k -> new ArrayList<>()).add(plugin);
        } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
            log.warn("the {} {} cannot be loaded", what, found.type().getName(), e);
            broken.add(found.type().getName());
        }
    }

    /** @throws IllegalArgumentException if there is none or more than one, saying what there is */
    public S get(String key) {
        List<S> found = byKey.getOrDefault(key, List.of());
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("there is no " + what + " \"" + key + "\" on the class path; found "
                    + new TreeSet<>(byKey.keySet())
                    + (broken.isEmpty() ? "" : ", could not load " + broken)
                    + "; add its dependency or hand one to the builder");
        }
        throw new IllegalArgumentException("more than one " + what + " claims \"" + key + "\": "
                + found.stream().map(plugin -> plugin.getClass().getName()).collect(Collectors.joining(", "))
                + "; remove one or hand the right one to the builder");
    }
}
