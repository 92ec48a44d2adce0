package dev.evertoken.benchmarks.comparison;

/** A row of the torture table. */
interface Trial {

    String title();

    /** Plays the trial with one library, and returns what happened, as the text of a cell. */
    String play(Library library, Extent extent) throws Exception;
}
