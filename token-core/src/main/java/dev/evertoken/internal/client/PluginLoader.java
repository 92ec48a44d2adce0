package dev.evertoken.internal.client;

import dev.evertoken.model.LoggerNames;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plug-ins of one type that the {@link ServiceLoader} finds, by key. A plug-in that cannot be loaded matters only
 * if a missing key is requested. Immutable.
 */
public final class PluginLoader<S> {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.START);

    /** Limits the errors, since a loader that only fails may never reach its end. */
    private static final int MOST_BROKEN = 100;

    private final String what;
    private final Map<String, List<S>> byKey = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    /** @param what names the type in messages, such as {@code provider} */
    public PluginLoader(String what, Class<S> type, Function<S, String> key) {
        this.what = what;
        Iterator<ServiceLoader.Provider<S>> all =
                ServiceLoader.load(type).stream().iterator();
        boolean hasMore = true;
        while (hasMore && broken.size() < MOST_BROKEN) {
            hasMore = addNext(all, key);
        }
    }

    /** Adds the next plug-in. Continues after an entry that names no class, or a class that is not a plug-in. */
    private boolean addNext(Iterator<ServiceLoader.Provider<S>> all, Function<S, String> key) {
        try {
            boolean hasNext = all.hasNext();
            if (hasNext) {
                add(all.next(), key);
            }
            return hasNext;
        } catch (ServiceConfigurationError e) {
            log.warn("a {} cannot be found", what, e);
            broken.add(e.getMessage());
            return true;
        }
    }

    private void add(ServiceLoader.Provider<S> found, Function<S, String> key) {
        try {
            S plugin = found.get();
            String name = key.apply(plugin);
            List<S> same = new ArrayList<>(byKey.getOrDefault(name, List.of()));
            same.add(plugin);
            byKey.put(name, same);
        } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
            log.warn("the {} {} cannot be loaded", what, found.type().getName(), e);
            broken.add(found.type().getName());
        }
    }

    /** Returns the keys of the plug-ins that were found. */
    public Set<String> keys() {
        return new TreeSet<>(byKey.keySet());
    }

    /**
     * Returns the plug-in for a key, empty if there is none.
     *
     * @throws IllegalArgumentException if there is more than one; the message names the candidates
     */
    public Optional<S> find(String key) {
        List<S> found = byKey.getOrDefault(key, List.of());
        if (found.size() > 1) {
            throw new IllegalArgumentException("more than one " + what + " claims \"" + key + "\": "
                    + found.stream().map(plugin -> plugin.getClass().getName()).collect(Collectors.joining(", "))
                    + "; remove one or pass the right one to the builder");
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    /**
     * Returns the exception for a plug-in that is missing; its message names those that were found.
     *
     * @param advice the instruction to add the plug-in, which is appended to the message
     */
    public IllegalArgumentException missing(String key, String advice) {
        return new IllegalArgumentException("there is no " + what + " \"" + key + "\" on the class path; found "
                + keys() + (broken.isEmpty() ? "" : ", could not load " + broken) + "; " + advice);
    }
}
