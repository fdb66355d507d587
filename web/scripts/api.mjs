// Writes src/lib/api/schema.d.ts from the API description of a running server:
// MATINEE_SERVER=http://localhost:8000 npm run api
import { writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const server = process.env.MATINEE_SERVER ?? 'http://localhost:8000';
const answer = await fetch(`${server}/api/openapi.json`);
if (!answer.ok) throw new Error(`${server} answered ${answer.status}`);
const description = await answer.json();

for (const path of Object.values(description.paths)) {
	for (const operation of Object.values(path)) {
		// Without their names the operations stand where their paths are, which is how they are used here.
		delete operation.operationId;
		// Every failure is the same problem document, read in one place (problem.ts): told once, not
		// ten times for every operation.
		operation.responses = Object.fromEntries(
			Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith('2'))
		);
	}
}
// A default is what the server takes for what was left out: it may be left out.
const types = await openapiTS(description, { defaultNonNullable: false });
const head = '// Written by `npm run api` from the API description. Do not edit.\n\n';
writeFileSync('src/lib/api/schema.d.ts', head + astToString(types));
