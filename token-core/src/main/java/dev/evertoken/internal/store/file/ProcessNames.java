package dev.evertoken.internal.store.file;

/**
 * Names that are shared by all copies of this library in one process, for example those of several web applications of
 * one server. Each copy has its own class loader, so a static field is not shared.
 *
 * <p>The names are system properties, because those are the only table that all class loaders have. Their values are
 * strings, as programs that print or copy all properties require. A string keeps no class loader in memory, so an
 * application can be redeployed. The names have the id of the process, because some programs copy their properties to
 * processes that they start. Thread-safe.
 */
public final class ProcessNames {

    private static final String PREFIX = "dev.evertoken.process-" + ThisProcess.id() + ".";
    private static final String TAKEN = "taken";

    private ProcessNames() {}

    /** Adds a name; returns false if a copy has added it before. */
    public static boolean add(String name) {
        return System.getProperties().putIfAbsent(PREFIX + name, TAKEN) == null;
    }

    /** Removes a name; does nothing if it is not there. */
    public static void remove(String name) {
        System.getProperties().remove(PREFIX + name);
    }

    /** Returns whether a copy has added the name and none has removed it. */
    public static boolean contains(String name) {
        return System.getProperties().containsKey(PREFIX + name);
    }
}
