// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ComputeEscrow} from "../../src/ComputeEscrow.sol";
import {GataStaking} from "../../src/GataStaking.sol";
import {GataToken} from "../../src/GataToken.sol";
import {NetworkParameters} from "../../src/NetworkParameters.sol";
import {RewardsDistributor} from "../../src/RewardsDistributor.sol";
import {Vm} from "./Vm.sol";

/// @notice The contracts as they are deployed, and what assertions need.
abstract contract TestBase {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address internal constant ADMIN = address(0xA0);
    address internal constant TREASURY = address(0xA1);
    address internal constant SETTLER = address(0xA2);
    address internal constant GUARDIAN = address(0xA3);
    address internal constant VERIFIER = address(0xA4);
    address internal constant ANYONE = address(0xA5);
    uint256 internal constant GATA = 1e18;
    uint64 internal constant WINDOW = 1 days;
    uint64 internal constant UNBONDING = 7 days;
    uint64 internal constant SLASH_DELAY = 3 days;
    uint64 internal constant NOTICE = 2 days;

    GataToken internal token;
    GataStaking internal staking;
    RewardsDistributor internal rewards;
    NetworkParameters internal parameters;
    ComputeEscrow internal escrow;

    function deployAll() internal {
        vm.warp(1_800_000_000);
        token = new GataToken(address(this), 1_000_000_000 * GATA);
        staking = GataStaking(
            proxy(
                address(new GataStaking()),
                abi.encodeCall(
                    GataStaking.initialize,
                    (token, ADMIN, TREASURY, GataStaking.Terms(UNBONDING, SLASH_DELAY, 7 days, 100))
                )
            )
        );
        rewards = new RewardsDistributor(token, IERC4626(address(staking)), ADMIN, WINDOW);
        parameters = new NetworkParameters(
            ADMIN,
            TREASURY,
            NetworkParameters.FeeSplit(8_000, 500, 1_500),
            NetworkParameters.RewardWeights(7_000, uint96(GATA), uint128(1_000 * GATA))
        );
        escrow = ComputeEscrow(
            proxy(
                address(new ComputeEscrow()),
                abi.encodeCall(
                    ComputeEscrow.initialize, (token, parameters, staking, address(rewards), ADMIN, NOTICE)
                )
            )
        );
        vm.startPrank(ADMIN);
        rewards.grantRole(rewards.SETTLER_ROLE(), SETTLER);
        rewards.grantRole(rewards.GUARDIAN_ROLE(), GUARDIAN);
        staking.grantRole(staking.VERIFIER_ROLE(), VERIFIER);
        escrow.grantRole(escrow.GATEWAY_ROLE(), SETTLER);
        vm.stopPrank();
    }

    function proxy(address implementation, bytes memory call) internal returns (address) {
        return address(new ERC1967Proxy(implementation, call));
    }

    /// @notice Gives an account tokens that it lets the spender take.
    function fund(address account, uint256 amount, address spender) internal {
        token.transfer(account, amount);
        vm.prank(account);
        token.approve(spender, amount);
    }

    function stake(address account, uint256 amount) internal returns (uint256 shares) {
        fund(account, amount, address(staking));
        vm.prank(account);
        return staking.deposit(amount, account);
    }

    /// @notice The EIP-712 domain separator of a contract, as a wallet computes it.
    function domainOf(IERC5267 verifier) internal view returns (bytes32) {
        (, string memory name, string memory version, uint256 chainId, address place,,) = verifier.eip712Domain();
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                place
            )
        );
    }

    function sign(uint256 key, bytes32 domain, bytes32 message) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, message)));
        return abi.encodePacked(r, s, v);
    }

    function pass(uint256 duration) internal {
        vm.warp(vm.getBlockTimestamp() + duration);
    }

    function bound(uint256 value, uint256 least, uint256 most) internal pure returns (uint256) {
        if (value >= least && value <= most) return value;
        return least + (value % (most - least + 1));
    }

    function equal(uint256 actual, uint256 expected, string memory what) internal pure {
        require(actual == expected, string.concat(what, ": ", text(actual), " instead of ", text(expected)));
    }

    function close(uint256 actual, uint256 expected, uint256 off, string memory what) internal pure {
        uint256 difference = actual > expected ? actual - expected : expected - actual;
        require(difference <= off, string.concat(what, ": ", text(actual), " instead of about ", text(expected)));
    }

    function atMost(uint256 actual, uint256 most, string memory what) internal pure {
        require(actual <= most, string.concat(what, ": ", text(actual), " is more than ", text(most)));
    }

    function text(uint256 value) internal pure returns (string memory) {
        if (value == 0) return "0";
        uint256 digits;
        for (uint256 rest = value; rest != 0; rest /= 10) ++digits;
        bytes memory buffer = new bytes(digits);
        for (uint256 rest = value; rest != 0; rest /= 10) buffer[--digits] = bytes1(uint8(48 + (rest % 10)));
        return string(buffer);
    }
}
