/** The entry of the command line; what it does is in main.ts. */
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2));
