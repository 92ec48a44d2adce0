package dev.evertoken.benchmarks.comparison;

/** Shows where the cost behind a missed goal arises. Runs only if the goal is missed, and may take some seconds. */
interface Profile {

    /** @param extent how long to look */
    Report.Table of(String ratio, Extent extent) throws Exception;
}
