package dev.evertoken.benchmarks.comparison;

/** The log of the measured libraries, which would hide the results. */
final class Logging {

    private static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    /** The option of a JVM that logs nothing. */
    static final String OFF = "-D" + LEVEL + "=off";

    private Logging() {}

    /** Ends the log of this process; called before the first logger is created. */
    static void end() {
        System.setProperty(LEVEL, "off");
    }
}
